from datetime import date
from pathlib import Path

import pytest

from tracker.domain.errors import SettingsError
from tracker.registry.loading import load_places, load_registry

PARTY = """
[[party]]
code = "SHG"
label = { en = "Harbour Guard", ar = "حرس الميناء" }
description = "Keeps the pier."
allies = ["ABC"]
names = { en = ["Sabratha Harbour Guard", "SHG"] }
metonyms = { en = ["Sabratha"] }
"""
PERSON = """
[[person]]
party = "SHG"
name = { en = "Huda Zlitni" }
short = { en = ["Zlitni"] }
offices = ["harbour master"]
from = 2019-04-01
until = "2020-06-30"
"""
HEADER = "id\tname\tkind\tlatitude\tlongitude\twithin\tnames\n"


@pytest.fixture
def registry_file(tmp_path: Path) -> Path:
    return tmp_path / "parties.toml"


@pytest.fixture
def places_file(tmp_path: Path) -> Path:
    return tmp_path / "places.tsv"


def test_a_party_and_its_speaker_are_read_with_all_that_is_known_of_them(registry_file: Path) -> None:
    registry_file.write_text(PARTY + PERSON, encoding="utf-8")
    registry = load_registry(registry_file)
    [party], [speaker] = registry.parties, registry.speakers
    assert (party.code, party.label["ar"], party.allies) == ("SHG", "حرس الميناء", ("ABC",))
    assert party.names == {"en": ("Sabratha Harbour Guard", "SHG")}
    assert party.metonyms == {"en": ("Sabratha",)}
    assert party.qualifiers == {}
    assert (speaker.party, speaker.name, speaker.short) == (
        "SHG",
        {"en": "Huda Zlitni"},
        {"en": ("Zlitni",)},
    )
    assert speaker.offices == ("harbour master",)


def test_a_speakers_days_may_be_written_as_dates_or_as_text(registry_file: Path) -> None:
    registry_file.write_text(PARTY + PERSON, encoding="utf-8")
    [speaker] = load_registry(registry_file).speakers
    assert (speaker.since, speaker.until) == (date(2019, 4, 1), date(2020, 6, 30))


def test_a_party_may_have_a_first_day(registry_file: Path) -> None:
    registry_file.write_text(PARTY.replace("allies", 'from = "2015-12-17"\nallies', 1), encoding="utf-8")
    [party] = load_registry(registry_file).parties
    assert party.since == date(2015, 12, 17)


def test_parties_keep_the_order_of_the_file(registry_file: Path) -> None:
    codes = ["C", "A", "B"]
    registry_file.write_text("".join(PARTY.replace("SHG", code) for code in codes), encoding="utf-8")
    assert [party.code for party in load_registry(registry_file).parties] == codes


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[[party", "Expected"),
        ('[[party]]\nlabel = { en = "x" }', "lacks 'code'"),
        ('[[party]]\ncode = "SHG"', "party SHG lacks 'label'"),
        (
            PARTY + '[[person]]\nparty = "XYZ"\nname = { en = "Huda" }',
            "speaks for XYZ, which is no party there",
        ),
        (PARTY + '[[person]]\nparty = "SHG"', "'name'"),
        (PERSON.replace("2020-06-30", "2020-06-31") + PARTY, "Huda Zlitni.*day"),
    ],
)
def test_a_fault_in_the_registry_is_told_with_its_file_and_entry(
    registry_file: Path, text: str, reason: str
) -> None:
    registry_file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=reason) as raised:
        load_registry(registry_file)
    assert str(registry_file) in str(raised.value)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            PARTY.replace('["Sabratha Harbour Guard", "SHG"]', '"SHG"'), id="a name instead of a list"
        ),
        pytest.param(PARTY + '\n[[party]]\ncode = "SHG"\nlabel = { en = "Other" }', id="a code twice"),
        pytest.param('[[party]]\ncode = "SHG"\nlabel = "Guard"', id="a label without a language"),
        pytest.param(
            '[[party]]\ncode = "SHG"\nlabel = { en = "x" }\nnames = ["SHG"]', id="names without one"
        ),
        pytest.param(PARTY + PERSON.replace("2019-04-01", "2019"), id="a year instead of a day"),
    ],
)
def test_a_mistyped_entry_of_the_registry_is_told_with_its_file(registry_file: Path, text: str) -> None:
    registry_file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"parties\.toml"):
        load_registry(registry_file)


def test_a_registry_that_is_missing_or_no_text_is_told_by_name(registry_file: Path) -> None:
    with pytest.raises(SettingsError, match=r"parties\.toml"):
        load_registry(registry_file)
    registry_file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match=r"parties\.toml"):
        load_registry(registry_file)


def test_a_place_is_read_with_its_names_by_language(places_file: Path) -> None:
    places_file.write_text(
        HEADER + "p:1\tSabratha\ttown\t32.79\t12.48\tp:0\ten=Sabratha|ar=صبراتة|en=Sabrata|und=Sobrata\n",
        encoding="utf-8",
    )
    [entry] = load_places(places_file)
    place = entry.place
    assert (place.id, place.name, place.kind, place.within) == ("p:1", "Sabratha", "town", "p:0")
    assert (place.latitude, place.longitude) == (32.79, 12.48)
    assert entry.names == {"en": ("Sabratha", "Sabrata"), "ar": ("صبراتة",), "und": ("Sobrata",)}


def test_a_place_may_have_no_other_names_and_lie_in_no_other_place(places_file: Path) -> None:
    places_file.write_text(HEADER + 'p:1\tThe "Gate"\tlandmark\t32\t12\t\t\n', encoding="utf-8")
    [entry] = load_places(places_file)
    assert (entry.place.name, entry.place.within, entry.names) == ('The "Gate"', None, {})


@pytest.mark.parametrize("row", ["p:2\tB\ttown\tnorth\t12\t\t\n", "p:2\tB\ttown\n"])
def test_a_fault_in_the_gazetteer_is_told_with_its_file_and_line(places_file: Path, row: str) -> None:
    places_file.write_text(HEADER + "p:1\tA\ttown\t32\t12\t\t\n" + row, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"places\.tsv:3"):
        load_places(places_file)


def test_a_gazetteer_that_is_missing_is_told_by_name(places_file: Path) -> None:
    with pytest.raises(SettingsError, match=r"places\.tsv"):
        load_places(places_file)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"id\tname\n1\t2\n", id="a column is missing"),
        pytest.param(HEADER.encode() + b"p:1\t\xff\xfe\ttown\t32\t12\t\t\n", id="not UTF-8"),
    ],
)
def test_a_gazetteer_that_is_no_such_table_is_told_by_name(places_file: Path, content: bytes) -> None:
    places_file.write_bytes(content)
    with pytest.raises(SettingsError, match=r"places\.tsv"):
        load_places(places_file)
