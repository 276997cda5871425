"""A desk's own file beside the registry that ships."""

import os
import threading
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.errors import SettingsError
from tracker.domain.parties import Party, Speaker
from tracker.domain.registry_edits import (
    Addition,
    NameKind,
    NewNames,
    NewParty,
    NewSpeaker,
    RegistryFaultError,
    checked_name,
)
from tracker.language.pack import language_pack
from tracker.language.phrases import Words
from tracker.registry import current
from tracker.registry.current import CurrentFinder, CurrentParties, CurrentRegistry
from tracker.registry.loading import Registry
from tracker.registry.overlay import with_addition, with_overlay

SHIPPED = Registry(
    (
        Party("COA", {"en": "Coast", "ar": "الساحل"}, "Keeps the coast.", (), {"en": ("Coast Council",)}),
        Party("HIL", {"en": "Hill"}, allies=("COA",), names={"en": ("Hill Brigade",)}),
    ),
    (Speaker("COA", {"en": "Huda Sidri"}, offices=("speaker",), since=date(2019, 4, 1)),),
)
GUARD = NewParty("SHG", {"en": "Harbour Guard"}, "Keeps the pier.", ("COA",), {"en": ("harbour guards",)})


def laid_over(text: str) -> Registry:
    return with_overlay(SHIPPED, text, "home/parties.toml")


def added(*additions: Addition) -> Registry:
    text = ""
    for addition in additions:
        text = with_addition(text, addition, "by amal")
    return laid_over(text)


def test_nothing_in_the_file_changes_nothing() -> None:
    assert laid_over("") == SHIPPED


def test_a_party_is_added_after_those_that_ship() -> None:
    registry = added(GUARD)
    assert [party.code for party in registry.parties] == ["COA", "HIL", "SHG"]
    guard = registry.parties[2]
    assert (guard.label, guard.description, guard.allies) == (
        {"en": "Harbour Guard"},
        "Keeps the pier.",
        ("COA",),
    )
    assert guard.names == {"en": ("harbour guards",)}


def test_names_are_added_to_a_known_party_and_nothing_of_it_is_lost() -> None:
    registry = added(
        NewNames("COA", NameKind.NAMES, "en", ("Coastal Council", "Coast Council")),
        NewNames("COA", NameKind.METONYMS, "ru", ("Берег",)),
    )
    coast = registry.parties[0]
    assert coast.names == {"en": ("Coast Council", "Coastal Council")}
    assert coast.metonyms == {"ru": ("Берег",)}
    assert (coast.label, coast.description) == (SHIPPED.parties[0].label, "Keeps the coast.")


def test_labels_descriptions_and_allies_stand_in_place_of_those_that_ship() -> None:
    text = '[[party]]\ncode = "HIL"\nlabel = { tr = "Tepe" }\ndescription = "Holds the hill."\nallies = []\n'
    hill = laid_over(text).parties[1]
    assert (hill.label, hill.description, hill.allies) == (
        {"en": "Hill", "tr": "Tepe"},
        "Holds the hill.",
        (),
    )


def test_a_first_day_stands_in_place_of_the_one_that_ships_and_else_stays() -> None:
    dated = laid_over('[[party]]\ncode = "HIL"\nfrom = 2016-03-30\n')
    assert dated.parties[1].since == date(2016, 3, 30)
    again = with_overlay(dated, '[[party]]\ncode = "HIL"\ndescription = "Held."\n', "file")
    assert again.parties[1].since == date(2016, 3, 30)


def test_a_speaker_is_added_and_a_known_one_replaced() -> None:
    known = NewSpeaker("COA", {"en": "Huda Sidri"}, since=date(2019, 4, 1), until=date(2020, 6, 30))
    new = NewSpeaker("HIL", {"en": "Omar Tel"}, {"en": ("Tel",)}, ("commander",))
    registry = added(known, new)
    assert [(one.party, one.name["en"], one.until) for one in registry.speakers] == [
        ("COA", "Huda Sidri", date(2020, 6, 30)),
        ("HIL", "Omar Tel", None),
    ]
    assert (registry.speakers[1].short, registry.speakers[1].offices) == ({"en": ("Tel",)}, ("commander",))


def test_each_addition_is_a_block_with_its_note() -> None:
    text = with_addition("# the desk's own\n", GUARD, "add_party by amal: seen\nin June")
    assert text.startswith("# the desk's own\n\n# add_party by amal: seen\n# in June\n[[party]]\n")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[[party", "Expected"),
        ('[[party]]\nlabel = { en = "x" }', "lacks 'code'"),
        ('[[party]]\ncode = "SHG"', "party SHG lacks 'label'"),
        ('[[party]]\ncode = "SHG"\nlabel = { en = "x" }\nnmaes = { en = ["x"] }', "SHG: there is no nmaes"),
        ('[[parties]]\ncode = "SHG"', "no table parties"),
        ('party = "SHG"', "no table party"),
        ('[[party]]\ncode = "SHG"\nlabel = { en = "x" }\nallies = ["NO"]', "its ally NO is no party"),
        ('[[party]]\ncode = "COA"\nnames = { fr = ["côte"] }', "no text is read in fr"),
        ('[[party]]\ncode = "COA"\nnames = { en = ["HILL brigade"] }', "“HILL brigade” names the party HIL"),
        ('[[person]]\nparty = "NO"\nname = { en = "Omar" }', "Omar speaks for NO, which is no party"),
        (
            '[[person]]\nparty = "COA"\nname = { en = "Omar" }\nfrom = 2020-02-01\nuntil = 2020-01-01',
            "the last day lies before the first",
        ),
    ],
)
def test_a_fault_in_the_file_is_told_with_its_entry(text: str, reason: str) -> None:
    with pytest.raises(SettingsError, match=reason) as raised:
        laid_over(text)
    assert "home/parties.toml" in str(raised.value)


@given(
    text=st.sampled_from(["", "# desk\n", "# without an end"]),
    names=st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=4),
    note=st.text(alphabet=st.characters(categories=["L", "N", "P", "Zs"]), max_size=40),
)
def test_whatever_can_be_a_name_is_read_back_and_what_stood_there_stays(
    text: str, names: list[str], note: str
) -> None:
    forms = []
    for name in names:
        try:
            forms.append(checked_name(name, "names"))
        except RegistryFaultError:
            continue
    longer = with_addition(text, NewNames("COA", NameKind.COMMON, "ar", tuple(forms)), note)
    assert longer.startswith(text)
    assert laid_over(longer).parties[0].common == {"ar": tuple(dict.fromkeys(forms))}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "home" / "parties.toml"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks at the file each time."""
    monkeypatch.setattr(current, "_PATIENCE", -1.0)


def codes(registry: CurrentRegistry) -> list[str]:
    return [party.code for party in registry.parties]


def test_without_a_file_the_registry_is_what_ships(file: Path) -> None:
    assert CurrentRegistry(file, SHIPPED).now() == SHIPPED


@pytest.mark.usefixtures("impatient")
def test_what_somebody_writes_into_the_file_is_there_at_the_next_look(file: Path) -> None:
    registry = CurrentRegistry(file, SHIPPED)
    parties = CurrentParties(registry)
    file.parent.mkdir()
    file.write_text(with_addition("", GUARD, "by hand"), encoding="utf-8")
    assert codes(registry) == list(parties) == ["COA", "HIL", "SHG"]
    assert (len(parties), parties["SHG"].label["en"]) == (3, "Harbour Guard")
    file.unlink()
    assert codes(registry) == ["COA", "HIL"]
    assert parties.get("SHG") is None


@pytest.mark.usefixtures("impatient")
def test_a_change_of_the_same_size_and_moment_is_seen(file: Path) -> None:
    registry = CurrentRegistry(file, SHIPPED)
    registry.write(with_addition("", GUARD, "one"))
    before = file.stat()
    registry.write(with_addition("", NewParty("SHO", GUARD.label, names={}), "two"))
    other = file.with_name("other")
    other.write_text(file.read_text(encoding="utf-8").ljust(before.st_size), encoding="utf-8")
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(file)
    assert codes(registry)[-1] == "SHO"


def test_what_is_written_is_there_at_once_however_lately_the_file_was_looked_at(file: Path) -> None:
    registry = CurrentRegistry(file, SHIPPED)
    registry.write(with_addition("", GUARD, "by amal"))
    assert codes(registry)[-1] == "SHG"
    assert registry.read() == file.read_text(encoding="utf-8")
    assert [one.name for one in file.parent.iterdir()] == ["parties.toml"]


def test_a_new_name_is_found_in_the_next_text(file: Path) -> None:
    registry = CurrentRegistry(file, SHIPPED)
    finder = CurrentFinder(registry)
    words, pack = Words.of("The harbour guards said the pier was open."), language_pack("en")

    def found() -> list[str]:
        return [mention.party for mention in finder.find(words, pack, ())]

    assert found() == []
    registry.write(with_addition("", GUARD, "by amal"))
    assert found() == ["SHG"]
    assert finder.home("Harbour Guards Press Office") == ("SHG", True)


@pytest.mark.usefixtures("impatient")
def test_a_file_that_comes_to_be_unusable_leaves_what_was_read_last(file: Path) -> None:
    registry = CurrentRegistry(file, SHIPPED)
    registry.write(with_addition("", GUARD, "by amal"))
    file.write_text("[[party", encoding="utf-8")
    assert codes(registry)[-1] == "SHG"
    assert registry.fault is not None
    assert str(file) in registry.fault
    file.write_text("", encoding="utf-8")
    assert (codes(registry), registry.fault) == (["COA", "HIL"], None)


def test_a_file_that_is_unusable_at_the_start_is_told(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match=r"parties\.toml"):
        CurrentRegistry(file, SHIPPED)


def test_a_file_that_cannot_be_written_leaves_nothing_behind(file: Path) -> None:
    registry = CurrentRegistry(file, SHIPPED)
    file.mkdir(parents=True)
    with pytest.raises(SettingsError, match=r"parties\.toml"):
        registry.write("")
    assert [one.name for one in file.parent.iterdir()] == ["parties.toml"]


@pytest.mark.usefixtures("impatient")
def test_many_readers_never_see_half_of_a_file(file: Path) -> None:
    registry = CurrentRegistry(file, SHIPPED)
    texts = ["", with_addition("", GUARD, "x" * 5_000)]
    seen: set[tuple[str, ...]] = set()
    over = threading.Event()

    def watch() -> None:
        while not over.is_set():
            seen.add(tuple(codes(registry)))

    watchers = [threading.Thread(target=watch) for _ in range(3)]
    for watcher in watchers:
        watcher.start()
    for number in range(60):
        registry.write(texts[number % 2])
    over.set()
    for watcher in watchers:
        watcher.join()
    assert seen <= {("COA", "HIL"), ("COA", "HIL", "SHG")}
    assert registry.fault is None
