"""From rows of lists to answers."""

from datetime import UTC

from tracker.api.answers import EventReference
from tracker.api.list_answers import (
    ClashObject,
    ListedDocumentObject,
    ListedEventObject,
    PartyObject,
    SingleConflict,
    SinglePartyAnswer,
)
from tracker.api.representation import API, moment, represent_conflict, represent_statement
from tracker.domain.dossiers import ClashCount, PartyCounts, PartyNumbers
from tracker.domain.event_lists import ListedEvent
from tracker.domain.parties import Party
from tracker.domain.reading_lists import ListedDocument
from tracker.domain.views import ConflictView


def represent_listed_event(event: ListedEvent) -> ListedEventObject:
    """An event as a row."""
    return ListedEventObject(
        id=event.id,
        title=event.title,
        title_language=event.title_language,
        place=event.place_name,
        place_id=event.place,
        start=event.start,
        end=event.end,
        date_precision=event.precision,
        statements=event.statements,
        documents=event.documents,
        parties=dict(event.parties),
        languages=dict(event.languages),
        conflicts=event.conflicts,
        waiting=event.waiting,
        latest=moment(event.latest),
        constructed=event.constructed,
    )


def represent_single_conflict(view: ConflictView) -> SingleConflict:
    """A conflict with both its statements. What stands in it makes up its ETag."""
    return SingleConflict(
        conflict=represent_conflict(view.conflict),
        event=EventReference(id=view.conflict.event, title=view.event_title),
        statements=[represent_statement(one.statement, one.document) for one in (view.one, view.other)],
    )


def represent_listed_document(document: ListedDocument) -> ListedDocumentObject:
    """A document as a row."""
    return ListedDocumentObject(
        id=document.public_id,
        url=document.url,
        title=document.title,
        outlet=document.outlet,
        published=moment(document.published),
        published_found=document.published_found,
        language=document.language,
        sha256=document.sha256,
        part=document.part,
        constructed=document.constructed,
        captured_at=document.captured_at.astimezone(UTC),
        media_type=document.media_type,
        statements=document.statements,
        link=f"{API}/documents/{document.id}",
    )


def represent_party(party: Party, counts: PartyCounts, conflicts: int) -> PartyObject:
    """A party with what it adds up to."""
    return PartyObject(
        code=party.code,
        label=party.label,
        description=party.description,
        allies=list(party.allies),
        since=party.since,
        statements=counts.statements,
        denials=counts.denials,
        events=counts.events,
        conflicts=conflicts,
        languages=dict(counts.languages),
        last=moment(counts.last),
    )


def represent_single_party(
    party: Party, row: PartyObject, numbers: PartyNumbers, clashes: tuple[ClashCount, ...]
) -> SinglePartyAnswer:
    """A party with its names, its speakers and those it stands against."""
    return SinglePartyAnswer(
        party=row,
        names={language: list(names) for language, names in party.names.items()},
        speakers=dict(numbers.speakers),
        first=moment(numbers.first),
        clashes=[ClashObject(party=one.party, type=one.type, conflicts=one.conflicts) for one in clashes],
    )
