from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine, select

from tracker.domain.errors import NotFoundError
from tracker.domain.parties import Party, Speaker
from tracker.storage.engine import reading
from tracker.storage.registry import sync_registry
from tracker.storage.tables import PartyRow, SpeakerRow

RUSSIA = Party(
    "RUS",
    label={"en": "Russia", "ar": "روسيا"},
    description="The Russian state",
    allies=("LNA",),
    names={"ru": ("Россия", "РФ")},
)
MINISTER = Speaker(
    "RUS",
    name={"en": "The Minister", "ru": "Министр"},
    short={"ru": ("министр",)},
    offices=("foreign minister",),
    since=date(2004, 3, 9),
)


def rows(engine: Engine) -> tuple[dict[str, PartyRow], list[SpeakerRow]]:
    with reading(engine) as session:
        parties = {row.code: row for row in session.scalars(select(PartyRow))}
        speakers = list(session.scalars(select(SpeakerRow).order_by(SpeakerRow.id)))
        session.expunge_all()
        return parties, speakers


def test_names_in_every_script_are_kept(engine: Engine) -> None:
    sync_registry(engine, [RUSSIA], [MINISTER])
    parties, (speaker,) = rows(engine)
    party = parties["RUS"]
    assert (party.label, party.names) == (RUSSIA.label, {"ru": ["Россия", "РФ"]})
    assert (party.description, party.allies) == ("The Russian state", ["LNA"])
    assert (speaker.party_code, speaker.names, speaker.short_names) == (
        "RUS",
        MINISTER.name,
        {"ru": ["министр"]},
    )
    assert (speaker.offices, speaker.since, speaker.until) == (["foreign minister"], date(2004, 3, 9), None)


def test_names_are_stored_as_letters_not_as_escapes(engine: Engine) -> None:
    sync_registry(engine, [RUSSIA], [])
    with engine.connect() as connection:
        stored = connection.exec_driver_sql("SELECT names FROM party WHERE code = 'RUS'").scalar()
    assert "Россия" in str(stored)


def test_syncing_again_follows_changes_and_adds_no_row(engine: Engine) -> None:
    sync_registry(engine, [RUSSIA], [MINISTER])
    sync_registry(
        engine,
        [replace(RUSSIA, description="Moscow")],
        [replace(MINISTER, until=date(2030, 1, 1))],
    )
    parties, (speaker,) = rows(engine)
    assert parties["RUS"].description == "Moscow"
    assert speaker.until == date(2030, 1, 1)


def test_what_the_registry_drops_stays(engine: Engine) -> None:
    sync_registry(engine, [RUSSIA], [MINISTER])
    sync_registry(engine, [], [])
    parties, speakers = rows(engine)
    assert "RUS" in parties
    assert len(speakers) == 1


def test_one_person_may_speak_in_two_periods(engine: Engine) -> None:
    again = replace(MINISTER, since=date(2025, 1, 1))
    sync_registry(engine, [RUSSIA], [MINISTER, again])
    assert [speaker.since for speaker in rows(engine)[1]] == [MINISTER.since, again.since]


def test_a_speaker_of_no_party_is_refused(engine: Engine) -> None:
    with pytest.raises(NotFoundError, match="no party XYZ, for whom The Minister speaks"):
        sync_registry(engine, [RUSSIA], [replace(MINISTER, party="XYZ")])
    assert "RUS" not in rows(engine)[0]
