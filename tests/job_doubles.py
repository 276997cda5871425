"""Jobs and their files held in memory."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from tracker.domain.errors import NotFoundError
from tracker.domain.jobs import (
    IncomingError,
    ItemError,
    ItemState,
    Job,
    JobCounts,
    JobDetail,
    JobItem,
    JobState,
    JobStateError,
    KeptFile,
    NewJob,
)
from tracker.domain.views import Page
from tracker.reading.paths import suffix_of
from tracker.reading.reader import READABLE
from tracker.reading.standard_input import sniffed
from tracker.services.jobs import JobService

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)


def counts_of(items: Iterable[JobItem]) -> JobCounts:
    """The sums over some files."""
    rows = tuple(items)
    return JobCounts(
        files=len(rows),
        over=sum(row.is_over for row in rows),
        failed_files=sum(row.state is ItemState.FAILED for row in rows),
        retriable=sum(row.can_be_retried for row in rows),
        bytes=sum(row.size for row in rows),
        bytes_over=sum(row.size for row in rows if row.is_over),
        read=sum(row.read for row in rows),
        new=sum(row.new for row in rows),
        known=sum(row.known for row in rows),
        failed=sum(row.failed for row in rows),
        statements=sum(row.statements for row in rows),
    )


@dataclass
class Watch:
    """A clock that a test sets."""

    time: datetime = NOW

    def now(self) -> datetime:
        return self.time


@dataclass
class MemoryFiles:
    """Files by job and name. `full`: the disk is."""

    kept: dict[tuple[str, str], bytes] = field(default_factory=dict)
    full: bool = False

    def keep(self, job_id: str, file: str, stream: IO[bytes]) -> KeptFile:
        data = stream.read()
        if self.full:
            raise IncomingError("the files cannot be kept: no space left on device")
        self.kept[job_id, file] = data
        return KeptFile(len(data), sha256(data).hexdigest())

    def path(self, job_id: str, file: str) -> Path:
        return Path("incoming") / job_id / file

    @contextmanager
    def opened(self, job_id: str, file: str) -> Iterator[Path]:
        with TemporaryDirectory() as folder:
            path = Path(folder) / file
            path.write_bytes(self.kept[job_id, file])
            yield path

    def discard(self, job_id: str, files: Iterable[str] | None = None) -> None:
        for key in [key for key in self.kept if key[0] == job_id and (files is None or key[1] in set(files))]:
            del self.kept[key]

    def sweep(self, wanted: Mapping[str, frozenset[str]], older_than: timedelta) -> None:
        raise NotImplementedError

    def only(self) -> bytes:
        """The one file there is."""
        (data,) = self.kept.values()
        return data


@dataclass
class MemoryBook:
    """Jobs by id, newest last. `acts` is what people did to them."""

    details: dict[str, JobDetail] = field(default_factory=dict)
    acts: list[tuple[str, str, str]] = field(default_factory=list)
    statements: int = 0

    def statement_count(self) -> int:
        return self.statements

    def add(self, job: NewJob) -> None:
        items = tuple(
            JobItem(
                id=1000 * (len(self.details) + 1) + number,
                position=number,
                name=one.name,
                size=one.size,
                sha256=one.sha256,
                state=ItemState.FAILED if one.refusal else ItemState.WAITING,
                file=one.file,
                failed=bool(one.refusal),
                errors=(ItemError("", one.refusal),) if one.refusal else (),
            )
            for number, one in enumerate(job.items, 1)
        )
        made = Job(
            job.id,
            job.kind,
            job.actor,
            NOW,
            JobState.WAITING,
            job.defaults,
            counts_of(items),
            report=job.report,
        )
        self.details[job.id] = JobDetail(made, items, (), (), 0, (), 0, is_attended=True)
        self.acts.append((job.actor, "add", job.id))

    def change(self, job_id: str, *, items: Iterable[JobItem] | None = None, **changes: object) -> None:
        """Set what stands of a job; `items` count for its sums."""
        detail = self.details[job_id]
        rows = detail.items if items is None else tuple(items)
        job = replace(detail.job, counts=counts_of(rows), **changes)  # type: ignore[arg-type]
        self.details[job_id] = replace(detail, job=job, items=rows)

    def show(self, job_id: str, **changes: object) -> None:
        """Set what else the page of a job shows."""
        self.details[job_id] = replace(self.details[job_id], **changes)  # type: ignore[arg-type]

    def job(self, job_id: str) -> JobDetail:
        if job_id not in self.details:
            raise NotFoundError(f"there is no job {job_id}")
        return self.details[job_id]

    def jobs_page(self, after: str | None, size: int) -> Page[Job]:
        newest = [detail.job for detail in reversed(self.details.values())]
        if after is not None:
            newest = newest[[job.id for job in newest].index(self.job(after).job.id) + 1 :]
        following = newest[size - 1].id if len(newest) > size else None
        return Page(tuple(newest[:size]), len(self.details), following)

    def is_attended(self) -> bool:
        return any(detail.is_attended for detail in self.details.values())

    def cancel(self, job_id: str, *, actor: str) -> None:
        self._act(job_id, actor, "cancel", may=not self.job(job_id).job.state.is_over)
        self.change(job_id, state=JobState.CANCELLED)

    def resume(self, job_id: str, *, actor: str) -> None:
        self._act(job_id, actor, "resume", may=self.job(job_id).job.can_be_resumed)
        self.change(job_id, state=JobState.WAITING)

    def retry(self, job_id: str, *, actor: str) -> None:
        self._act(job_id, actor, "retry", may=self.job(job_id).job.can_be_retried)
        self.change(job_id, state=JobState.WAITING)

    def _act(self, job_id: str, actor: str, act: str, *, may: bool) -> None:
        if not may:
            raise JobStateError(f"job {job_id} cannot be changed that way")
        self.acts.append((actor, act, job_id))


@dataclass
class JobDesk:
    """The service over jobs and files in memory."""

    book: MemoryBook = field(default_factory=MemoryBook)
    files: MemoryFiles = field(default_factory=MemoryFiles)
    watch: Watch = field(default_factory=Watch)
    service: JobService = field(init=False)

    def __post_init__(self) -> None:
        self.service = JobService(
            self.book,
            self.files,
            self.watch,
            lambda name: suffix_of(Path(name), READABLE),
            READABLE,
            lambda stream: sniffed(stream)[0],
        )

    def only(self) -> JobDetail:
        """The one job there is."""
        (detail,) = self.book.details.values()
        return detail
