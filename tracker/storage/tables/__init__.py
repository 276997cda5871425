"""The tables, one class each. Their columns are described where they stand."""

from tracker.storage.tables.base import Base
from tracker.storage.tables.documents import DocumentRow, SourceRow
from tracker.storage.tables.events import ConflictRow, EventRow, FormerMembershipRow, MembershipRow
from tracker.storage.tables.full_text import StatementWordsRow
from tracker.storage.tables.jobs import JobDocumentRow, JobItemRow, JobRow, WorkerLeaseRow
from tracker.storage.tables.parties import PartyRow, SpeakerRow
from tracker.storage.tables.people import ApiTokenRow, SignInAttemptRow, UserRow, WebSessionRow
from tracker.storage.tables.records import AnnotationRow, AuditEntryRow, AuditSubjectRow, LinkDecisionRow
from tracker.storage.tables.repeats import IdempotencyKeyRow
from tracker.storage.tables.statements import FigureRow, PlaceRow, StatementRow
from tracker.storage.tables.summaries import EventSummaryRow
from tracker.storage.tables.vectors import EmbeddingRow, ModelInUseRow

__all__ = [
    "AnnotationRow",
    "ApiTokenRow",
    "AuditEntryRow",
    "AuditSubjectRow",
    "Base",
    "ConflictRow",
    "DocumentRow",
    "EmbeddingRow",
    "EventRow",
    "EventSummaryRow",
    "FigureRow",
    "FormerMembershipRow",
    "IdempotencyKeyRow",
    "JobDocumentRow",
    "JobItemRow",
    "JobRow",
    "LinkDecisionRow",
    "MembershipRow",
    "ModelInUseRow",
    "PartyRow",
    "PlaceRow",
    "SignInAttemptRow",
    "SourceRow",
    "SpeakerRow",
    "StatementRow",
    "StatementWordsRow",
    "UserRow",
    "WebSessionRow",
    "WorkerLeaseRow",
]
