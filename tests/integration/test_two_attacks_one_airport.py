"""A story: seven documents in three languages about two rocket attacks on one airport, months apart.

All texts are constructed. Places and offices are real, what happens is not.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from tracker_shell import Shell

pytestmark = pytest.mark.model

WINTER, SUMMER = "winter", "summer"

DOCUMENTS = {
    "winter-en": (
        "2020-02-11T18:00:00+00:00",
        "en",
        "Rockets hit Tripoli's Mitiga airport",
        (
            "Rockets struck the runway of Mitiga airport in Tripoli on Tuesday, and flights stopped.\n\n"
            "The GNA interior ministry said that two airport workers "
            "were killed by rockets fired at Mitiga airport by Haftar's forces.\n\n"
            "The Libyan National Army denied that it had fired rockets at Mitiga airport."
        ),
    ),
    "winter-ar": (
        "2020-02-11T20:30:00+02:00",
        "ar",
        "صواريخ تسقط على مطار معيتيقة في طرابلس",
        (
            "قالت وزارة الداخلية في حكومة الوفاق يوم الثلاثاء إن صواريخ أطلقتها قوات حفتر أصابت مدرج مطار "
            "معيتيقة وقتلت عاملين اثنين.\n\n"
            "ونفى الجيش الوطني الليبي أن تكون قواته قد أطلقت صواريخ على مطار معيتيقة."
        ),
    ),
    "winter-tr": (
        "2020-02-12T10:00:00+03:00",
        "tr",
        "Trablus'taki Mitiga Havalimanı'na roketli saldırı",
        (
            "Ulusal Mutabakat Hükümeti İçişleri Bakanlığı, Hafter güçlerinin salı günü Mitiga Havalimanı'na "
            "roket attığını ve iki çalışanın öldüğünü açıkladı.\n\n"
            "Türkiye Dışişleri Bakanlığı, Mitiga Havalimanı'na yapılan roketli saldırıyı kınadı."
        ),
    ),
    "summer-en": (
        "2020-06-12T17:00:00+00:00",
        "en",
        "Rockets hit Mitiga airport in Tripoli again",
        (
            "Rockets landed on a fuel depot at Mitiga airport in Tripoli on Friday.\n\n"
            "The GNA interior ministry said that Haftar's forces fired the "
            "rockets at Mitiga airport and that nine people were injured.\n\n"
            "The Libyan National Army said that its units had not fired any rockets at Mitiga airport."
        ),
    ),
    "summer-ar": (
        "2020-06-12T21:00:00+02:00",
        "ar",
        "قصف صاروخي على مطار معيتيقة في طرابلس",
        (
            "قالت وزارة الداخلية في حكومة الوفاق يوم الجمعة إن قوات حفتر أطلقت صواريخ على مطار معيتيقة وإن "
            "تسعة أشخاص أصيبوا.\n\n"
            "وقال الجيش الوطني الليبي إن وحداته لم تطلق أي صواريخ على مطار معيتيقة."
        ),
    ),
    "summer-tr": (
        "2020-06-13T09:00:00+03:00",
        "tr",
        "Mitiga Havalimanı yine roketlerle vuruldu",
        (
            "Ulusal Mutabakat Hükümeti İçişleri Bakanlığı, Hafter güçlerinin cuma günü Mitiga Havalimanı'na "
            "roket attığını ve dokuz kişinin yaralandığını açıkladı.\n\n"
            "Türkiye Dışişleri Bakanlığı, Mitiga Havalimanı'na yapılan roketli saldırıyı kınadı."
        ),
    ),
    "summer-recall-en": (
        "2020-06-13T16:00:00+00:00",
        "en",
        "UN mission condemns rockets on Mitiga airport",
        (
            "The UN mission in Libya condemned the rockets fired at Mitiga airport in Tripoli on Friday, in "
            "which nine people were injured.\n\n"
            "The Government of National Accord said that rockets fired by Haftar's forces had killed two "
            "workers at Mitiga airport on 11 February 2020."
        ),
    ),
}
"""Publication, language, title and text of each, by its id."""

RECALLED = "on 11 February 2020"
"""The one statement of a summer document that speaks of what happened in winter."""


@dataclass(frozen=True)
class Told:
    """A statement as an event holds it: whose document it is from, and what it says."""

    document: str
    quote: str

    @property
    def happening(self) -> str:
        return WINTER if RECALLED in self.quote or self.document.startswith(WINTER) else SUMMER


def line(key: str) -> bytes:
    published, language, title, text = DOCUMENTS[key]
    row = {"id": key, "published": published, "lang": language, "title": title, "text": text}
    return json.dumps(row, ensure_ascii=False).encode()


def told_by(shell: Shell, folder: Path) -> dict[str | None, set[Told]]:
    """The statements of each event, and under None those that are in no event."""
    told: dict[str | None, set[Told]] = {}
    for row in shell.rows(folder)["statements"]:
        told.setdefault(row["event"], set()).add(Told(row["document"], row["quote"]))
    return told


def all_at_once(shell: Shell) -> Shell:
    shell.ok("init")
    shell.ok("ingest", "-", standard_input=b"\n".join(map(line, DOCUMENTS)))
    return shell


def one_by_one(shell: Shell, order: Sequence[str]) -> Shell:
    shell.ok("init")
    for key in order:
        shell.ok("ingest", "-", standard_input=line(key))
    return shell


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """The command over all seven documents, ingested in one go."""
    return all_at_once(Shell(tmp_path_factory.mktemp("airport") / "home"))


def test_two_attacks_on_one_airport_make_two_events(together: Shell, tmp_path: Path) -> None:
    told = told_by(together, tmp_path / "out")
    assert None not in told
    assert len(told) == 2
    for statements in told.values():
        assert len({one.happening for one in statements}) == 1
        assert {DOCUMENTS[one.document][1] for one in statements} == {"en", "ar", "tr"}
    assert {one.document for statements in told.values() for one in statements} == set(DOCUMENTS)


def test_each_event_says_where_and_when_it_was_and_in_whose_words(together: Shell, tmp_path: Path) -> None:
    winter, summer = sorted(together.rows(tmp_path / "out")["events"], key=lambda row: str(row["start"]))
    for event, day in ((winter, "2020-02-11"), (summer, "2020-06-12")):
        assert event["start"] <= day <= event["end"]
        assert event["start"][:7] == event["end"][:7] == day[:7]
        assert "Mitiga" in event["place"]
        assert event["title"] in {title for _, language, title, _ in DOCUMENTS.values() if language == "en"}
        assert {"GNA", "LNA", "TUR"} <= set(event["parties"])


def test_what_is_recalled_in_summer_belongs_to_the_winter(together: Shell, tmp_path: Path) -> None:
    told = told_by(together, tmp_path / "out")
    (event,) = (
        event for event, statements in told.items() if any(RECALLED in one.quote for one in statements)
    )
    assert "winter-en" in {one.document for one in told[event]}


@pytest.mark.parametrize("order", ["6543210", "3061524"])
def test_in_whatever_order_the_documents_come_they_make_the_same_two_events(
    together: Shell, tmp_path: Path, order: str
) -> None:
    keys = list(DOCUMENTS)
    shuffled = one_by_one(Shell(tmp_path / "home"), [keys[int(place)] for place in order])
    expected = {frozenset(statements) for statements in told_by(together, tmp_path / "one").values()}
    assert {frozenset(statements) for statements in told_by(shuffled, tmp_path / "two").values()} == expected


def test_linking_anew_leaves_the_two_events_as_they_are(together: Shell, tmp_path: Path) -> None:
    before = together.exported(tmp_path / "before")
    together.ok("relink")
    assert together.exported(tmp_path / "after") == before
