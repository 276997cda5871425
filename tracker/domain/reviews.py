"""Decisions of people, and the record of every change."""

from dataclasses import dataclass
from datetime import datetime

from tracker.domain.conflicts import Judgement


@dataclass(frozen=True, slots=True)
class Review:
    """One decision of one person on one thing. The latest one on a thing counts; none is deleted."""

    subject_kind: str
    subject_id: str
    judgement: Judgement
    reviewer: str
    decided_at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who changed what, when and why, with the state before and after as JSON text."""

    actor: str
    action: str
    subject_kind: str
    subject_id: str
    at: datetime
    before: str | None
    after: str | None
    reason: str = ""
