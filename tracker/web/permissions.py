"""Which right each endpoint asks for. What stands in no table is refused to everybody."""

from collections.abc import Mapping
from enum import Enum
from typing import Final

from tracker.domain.people import Person, Right
from tracker.web.pages import TWIN


class Open(Enum):
    """Open to all, signed in or not."""

    PUBLIC = "public"


PUBLIC: Final = Open.PUBLIC

Access = Right | Open

PERMISSIONS: Final[Mapping[str, Access]] = {
    # Before anybody has signed in.
    "pages.static": PUBLIC,
    "pages.language": PUBLIC,
    "pages.sign_in": PUBLIC,
    "pages.begin_session": PUBLIC,
    "pages.policy_report": PUBLIC,
    # Reading. The twin of a page asks for what its page asks for.
    "pages.today": Right.READ,
    "pages.help": Right.READ,
    "pages.history": Right.READ,
    "pages.history_export": Right.READ,
    "pages.entry": Right.READ,
    "pages.events": Right.READ,
    "pages.event": Right.READ,
    "pages.document": Right.READ,
    "pages.capture": Right.READ,
    "pages.statement": Right.READ,
    "pages.search": Right.READ,
    "pages.reports": Right.READ,
    "pages.report": Right.READ,
    "pages.new_report": Right.READ,
    "pages.made_report": Right.READ,
    "pages.citation": Right.READ,
    "pages.citation_file": Right.READ,
    "pages.claim_review": Right.READ,
    "pages.party_statements_csv": Right.READ,
    "pages.party_statements_xlsx": Right.READ,
    "pages.party_statements_jsonl": Right.READ,
    "pages.source_documents_csv": Right.READ,
    "pages.source_documents_xlsx": Right.READ,
    "pages.source_documents_jsonl": Right.READ,
    "pages.jobs_csv": Right.READ,
    "pages.jobs_xlsx": Right.READ,
    "pages.jobs_jsonl": Right.READ,
    "pages.sources_csv": Right.READ,
    "pages.sources_xlsx": Right.READ,
    "pages.sources_jsonl": Right.READ,
    "pages.places_csv": Right.READ,
    "pages.places_xlsx": Right.READ,
    "pages.places_jsonl": Right.READ,
    "pages.parties_csv": Right.READ,
    "pages.parties_xlsx": Right.READ,
    "pages.parties_jsonl": Right.READ,
    "pages.events_csv": Right.READ,
    "pages.events_xlsx": Right.READ,
    "pages.events_jsonl": Right.READ,
    "pages.conflicts_csv": Right.READ,
    "pages.conflicts_xlsx": Right.READ,
    "pages.conflicts_jsonl": Right.READ,
    "pages.search_csv": Right.READ,
    "pages.search_xlsx": Right.READ,
    "pages.search_jsonl": Right.READ,
    "pages.event_statements_csv": Right.READ,
    "pages.event_statements_xlsx": Right.READ,
    "pages.event_statements_jsonl": Right.READ,
    "pages.conflicts": Right.READ,
    "pages.conflict": Right.READ,
    "pages.queue": Right.READ,
    "pages.doubtful": Right.READ,
    # Deciding on conflicts and doubtful attributions, and taking acts back.
    "pages.judge_conflict": Right.REVIEW,
    "pages.judge_conflicts": Right.REVIEW,
    "pages.assign_conflict": Right.REVIEW,
    "pages.note_conflict": Right.REVIEW,
    "pages.withdraw_conflict_note": Right.REVIEW,
    "pages.attribute": Right.REVIEW,
    "pages.undo": Right.REVIEW,
    "pages.redo": Right.REVIEW,
    "pages.take_back": Right.REVIEW,
    # Parties, sources and places.
    "pages.parties": Right.READ,
    "pages.party": Right.READ,
    "pages.sources": Right.READ,
    "pages.source": Right.READ,
    "pages.places": Right.READ,
    "pages.place": Right.READ,
    "pages.rate_source": Right.REVIEW,
    "pages.party_registry": Right.ADMINISTER,
    "pages.add_party": Right.ADMINISTER,
    "pages.add_party_names": Right.ADMINISTER,
    "pages.add_party_speaker": Right.ADMINISTER,
    "pages.undo_party_edit": Right.ADMINISTER,
    # Deciding on events and statements.
    "pages.merge_event": Right.REVIEW,
    "pages.move_statements": Right.REVIEW,
    "pages.grade_event": Right.REVIEW,
    "pages.correct_statement": Right.REVIEW,
    "pages.move_statement": Right.REVIEW,
    "pages.add_note": Right.REVIEW,
    "pages.withdraw_note": Right.REVIEW,
    "pages.assign": Right.REVIEW,
    # Handing documents in, and what becomes of them.
    "pages.upload": Right.INGEST,
    "pages.add_files": Right.INGEST,
    "pages.add_text": Right.INGEST,
    "pages.add_source": Right.INGEST,
    "pages.jobs": Right.READ,
    "pages.job": Right.READ,
    "pages.written_file": Right.READ,
    "pages.relink": Right.ADMINISTER,
    "pages.order_report": Right.INGEST,
    "pages.cancel_job": Right.INGEST,
    "pages.resume_job": Right.INGEST,
    "pages.retry_job": Right.INGEST,
    # One's own account, whatever the role.
    "pages.account": Right.READ,
    "pages.change_password": Right.READ,
    "pages.end_session": Right.READ,
    "pages.end_other_sessions": Right.READ,
    "pages.sign_out": Right.READ,
    # Other people's.
    "pages.people": Right.ADMINISTER,
    "pages.add_person": Right.ADMINISTER,
    "pages.set_role": Right.ADMINISTER,
    "pages.disable_person": Right.ADMINISTER,
    "pages.enable_person": Right.ADMINISTER,
    "pages.end_sessions": Right.ADMINISTER,
    "pages.renew_password": Right.ADMINISTER,
    "pages.tokens": Right.ADMINISTER,
    "pages.add_token": Right.ADMINISTER,
    "pages.revoke_token": Right.ADMINISTER,
}
"""The right that each endpoint of the pages asks for, a line each."""

OWN_WAYS: Final = frozenset({"api", "operations"})
"""Blueprints that decide by themselves whom they answer: by bearer token, or everybody."""


def access_to(endpoint: str) -> Access | None:
    """What an endpoint asks for; None where nobody has said so, which lets nobody in."""
    if endpoint.partition(".")[0] in OWN_WAYS:
        return PUBLIC
    return PERMISSIONS.get(endpoint) or PERMISSIONS.get(endpoint.removesuffix(TWIN))


def is_allowed(person: Person | None, endpoint: str) -> bool:
    """Whether this person (None: nobody has signed in) may call an endpoint."""
    access = access_to(endpoint)
    if access is None or access is PUBLIC:
        return access is PUBLIC
    return person is not None and person.may(access)
