"""What whoever runs the program wants to know of it at a glance."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tracker.domain.jobs import JobState


@dataclass(frozen=True, slots=True)
class WorkAtHand:
    """Jobs by state; when the longest waiting one was handed in; when a document was stored last. In UTC."""

    jobs: Mapping[JobState, int]
    waiting_since: datetime | None
    last_document: datetime | None


@dataclass(frozen=True, slots=True)
class Vitals:
    """The work at hand; whether a worker is at it; how much the search index holds and lacks.

    `indexed` and `missing` count statements, `unlinked` those that are stored and wait to be linked, which
    the index need not hold yet. A damaged index lacks all.
    """

    work: WorkAtHand
    is_attended: bool
    unlinked: int
    indexed: int
    missing: int
    recall: float | None = None
    """Of the ten statements nearest in meaning, the share that a search is measured to find; None where the
    index does not measure it."""
