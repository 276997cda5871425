"""The party table as a copy of the registry."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tracker.domain.errors import NotFoundError
from tracker.domain.parties import Names, Party, Speaker
from tracker.storage.engine import writing
from tracker.storage.tables import PartyRow, SpeakerRow


def sync_registry(engine: Engine, parties: Iterable[Party], speakers: Iterable[Speaker]) -> None:
    """Add the registry's parties and speakers, and let those already there follow it.

    Nothing is deleted: statements stored earlier may still name it. Raises NotFoundError for a
    speaker of a party that is neither given nor stored.
    """
    with writing(engine) as session:
        sync_into(session, parties, speakers)


def sync_into(session: Session, parties: Iterable[Party], speakers: Iterable[Speaker]) -> None:
    """The same within a transaction that the caller has begun."""
    stored = {row.code: row for row in session.scalars(select(PartyRow))}
    for party in parties:
        row = stored.setdefault(party.code, PartyRow(code=party.code))
        session.add(row)
        _assign(row, _party_columns(party))
    session.flush()
    known = {row.key: row for row in session.scalars(select(SpeakerRow))}
    for speaker in speakers:
        if speaker.party not in stored:
            raise NotFoundError(
                f"the registry has no party {speaker.party}, for whom {_main_name(speaker)} speaks"
            )
        key = _key(speaker)
        person = known.setdefault(key, SpeakerRow(key=key))
        session.add(person)
        _assign(person, _speaker_columns(speaker))
    session.flush()


def _assign(row: PartyRow | SpeakerRow, columns: Mapping[str, Any]) -> None:
    for name, value in columns.items():
        setattr(row, name, value)


def _lists(names: Names) -> dict[str, list[str]]:
    return {language: list(forms) for language, forms in names.items()}


def _party_columns(party: Party) -> dict[str, Any]:
    return {
        "label": dict(party.label),
        "description": party.description,
        "allies": list(party.allies),
        "names": _lists(party.names),
    }


def _speaker_columns(speaker: Speaker) -> dict[str, Any]:
    return {
        "party_code": speaker.party,
        "names": dict(speaker.name),
        "short_names": _lists(speaker.short),
        "offices": list(speaker.offices),
        "since": speaker.since,
        "until": speaker.until,
    }


def _main_name(speaker: Speaker) -> str:
    return speaker.name.get("en") or next(iter(speaker.name.values()), "")


def _key(speaker: Speaker) -> str:
    # The same person may speak for one party twice, in two periods.
    since = speaker.since.isoformat() if speaker.since else ""
    return "|".join((speaker.party, _main_name(speaker), since))
