"""The tables, one class each. Their columns are described where they stand."""

from tracker.storage.tables.base import Base
from tracker.storage.tables.documents import DocumentRow, SourceRow
from tracker.storage.tables.events import ConflictRow, EventRow, MembershipRow
from tracker.storage.tables.parties import PartyRow, SpeakerRow
from tracker.storage.tables.people import ApiTokenRow, UserRow
from tracker.storage.tables.records import AnnotationRow, AuditEntryRow, AuditSubjectRow, LinkDecisionRow
from tracker.storage.tables.statements import FigureRow, PlaceRow, StatementRow
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
    "FigureRow",
    "LinkDecisionRow",
    "MembershipRow",
    "ModelInUseRow",
    "PartyRow",
    "PlaceRow",
    "SourceRow",
    "SpeakerRow",
    "StatementRow",
    "UserRow",
]
