"""Jobs: work that is handed over in a page and done by a process of its own, and what becomes of it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from tracker.domain.conflicts import Conflict
from tracker.domain.errors import TrackerError
from tracker.domain.report_orders import ReportOrder

MOST_FILES = 200
"""Files of one job."""

MOST_ATTEMPTS = 5
"""How often a worker may die over one file, without having got any further, before it is given up."""

MOST_ERRORS_KEPT = 20
"""Errors of one file that are kept in words; all are counted."""

PATIENCE = timedelta(seconds=15)
"""How long a job waits before it counts as left alone."""


class JobKind(StrEnum):
    """What a job does, and what its items are."""

    INGEST = "ingest"  # files, each to be read
    RELINK = "relink"  # parts of all statements, each to be embedded
    REPORT = "report"  # formats, each to be written


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens by itself."""
        return self in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}


class ItemState(StrEnum):
    """Where one file of a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    PARTLY = "partly"  # something in it could not be read
    FAILED = "failed"  # nothing in it could


class Stage(StrEnum):
    """What a worker is doing with a job."""

    READING = "reading"
    EMBEDDING = "embedding"
    WRITING = "writing"
    LINKING = "linking"


@dataclass(frozen=True, slots=True)
class Defaults:
    """What stands in where a document itself names none; a language is a BCP 47 code."""

    outlet: str | None = None
    published: date | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class ItemError:
    """Why something in a file could not be taken in. `place` says where in it, empty for the whole."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class KeptFile:
    """What was written down of a file: bytes, and their SHA-256 in hexadecimal."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class NewItem:
    """A file that was handed in. `file` is the name it is kept under; empty where `refusal` says why not."""

    name: str
    size: int
    sha256: str
    file: str = ""
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job as it is handed over."""

    id: str
    kind: JobKind
    actor: str
    defaults: Defaults
    items: tuple[NewItem, ...]
    report: ReportOrder | None = None


@dataclass(frozen=True, slots=True)
class JobItem:
    """One file of a job.

    `read` counts what was found in it, of which `new` documents were stored, `known` ones were stored
    before and `failed` could not be. `file` is the name it is kept under, empty once it is not.
    """

    id: int
    position: int
    name: str
    size: int
    sha256: str
    state: ItemState
    file: str = ""
    attempts: int = 0
    read: int = 0
    new: int = 0
    known: int = 0
    failed: int = 0
    statements: int = 0
    errors: tuple[ItemError, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether it has been gone through."""
        return self.state in {ItemState.DONE, ItemState.PARTLY, ItemState.FAILED}

    @property
    def can_be_retried(self) -> bool:
        """Whether it is kept and there is something left to be read in it."""
        return bool(self.file) and self.state in {ItemState.PARTLY, ItemState.FAILED}


@dataclass(frozen=True, slots=True)
class ItemProgress:
    """How far a file has been read, since it was begun last. `planned` documents are about to be stored.

    `known` documents were found to be stored, `dropped` ones were planned and then could not be.
    """

    read: int
    failed: int
    errors: tuple[ItemError, ...] = ()
    notes: tuple[str, ...] = ()
    planned: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JobCounts:
    """The sums over the files of a job. `over` files have been gone through, `failed_files` in vain.

    `retriable` files are kept and were not read whole; `bytes_over` of all `bytes` have been read.
    """

    files: int = 0
    over: int = 0
    failed_files: int = 0
    retriable: int = 0
    bytes: int = 0
    bytes_over: int = 0
    read: int = 0
    new: int = 0
    known: int = 0
    failed: int = 0
    statements: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """A job. `stage_begun_at` and `bytes_at_stage` say when its stage began, and how much was read then."""

    id: str
    kind: JobKind
    actor: str
    created_at: datetime
    state: JobState
    defaults: Defaults
    counts: JobCounts
    begun_at: datetime | None = None
    ended_at: datetime | None = None
    stage: Stage | None = None
    stage_begun_at: datetime | None = None
    bytes_at_stage: int = 0
    is_cancel_asked: bool = False
    linked: int = 0
    to_link: int = 0
    error: str = ""
    report: ReportOrder | None = None

    @property
    def can_be_cancelled(self) -> bool:
        """Whether it can still be stopped: once all is taken out of its events, only linking it helps."""
        is_taken_apart = self.kind is JobKind.RELINK and self.to_link > 0
        return not self.state.is_over and not self.is_cancel_asked and not is_taken_apart

    @property
    def can_be_resumed(self) -> bool:
        """Whether it was broken off with something left to be done."""
        is_left = self.counts.over < self.counts.files
        return (self.state is JobState.CANCELLED and is_left) or (
            self.state is JobState.FAILED and (is_left or bool(self.error))
        )

    @property
    def can_be_retried(self) -> bool:
        """Whether files that could not be read whole may be tried once more."""
        return self.state.is_over and self.counts.retriable > 0

    def is_left_alone(self, now: datetime, *, is_attended: bool) -> bool:
        """Whether no worker has taken it up though one has had the time to, or its worker has died."""
        if is_attended or self.state.is_over:
            return False
        waiting_since = self.stage_begun_at or self.created_at
        return self.state is JobState.RUNNING or now - waiting_since > PATIENCE

    def remaining(self, now: datetime) -> timedelta | None:
        """How long its present stage is likely to take still; None where that cannot be told yet."""
        if self.state is not JobState.RUNNING or self.stage_begun_at is None:
            return None
        if self.stage is Stage.LINKING:
            done, left = self.linked, self.to_link - self.linked
        else:
            done = self.counts.bytes_over - self.bytes_at_stage
            left = self.counts.bytes - self.counts.bytes_over
        if done <= 0 or now <= self.stage_begun_at:
            return None
        return (now - self.stage_begun_at) * (left / done)


@dataclass(frozen=True, slots=True)
class ItemDocument:
    """A document that a file holds; `is_new` where this job stored it."""

    item: int
    id: str
    title: str
    language: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class JobEvent:
    """An event that new statements of a job stand in: `added` of its `statements`."""

    id: str
    title: str
    title_language: str
    added: int
    statements: int

    @property
    def is_new(self) -> bool:
        """Whether all its statements came with the job."""
        return self.added == self.statements


@dataclass(frozen=True, slots=True)
class JobDetail:
    """A job with all that its page shows.

    `documents` are the first few of each file, `events` and `conflicts` the first of `event_count` and
    `conflict_count`. `is_attended`: a worker is at jobs just now.
    """

    job: Job
    items: tuple[JobItem, ...]
    documents: tuple[ItemDocument, ...]
    events: tuple[JobEvent, ...]
    event_count: int
    conflicts: tuple[Conflict, ...]
    conflict_count: int
    is_attended: bool


class JobStateError(TrackerError):
    """A job is in no state in which that can be done; the message says which."""


class LeaseLostError(TrackerError):
    """Another worker has taken the jobs over, so that this one must leave them alone."""


class IncomingError(TrackerError):
    """What was handed in could not be kept; the message says why."""
