import pytest
from desks import MARSA
from report_world import COAST, GAZETTEER, names_of

from tracker.domain.documents import Span
from tracker.domain.parties import Attribution, AttributionMethod, Speaker
from tracker.domain.statements import Place, Polarity, Statement
from tracker.reports import ReportOptionError
from tracker.reports.names import Names


def said_by(speaker: str | None, party: str = "LNA") -> Statement:
    attribution = Attribution(party, AttributionMethod.SPEAKER, 0.9, speaker=speaker)
    return Statement("s", "d", Span(0, 2), "…", "ar", attribution, Polarity.ASSERTS)


@pytest.mark.parametrize(
    ("speaker", "party", "latin"),
    [
        ("المتحدث أحمد المسماري", "LNA", "Ahmed al-Mismari"),
        ("Мисмари", "LNA", "Ahmed al-Mismari"),
        ("المتحدث أحمد المسماري", "GNA", None),
        ("المسماريون", "LNA", None),
        ("المتحدث", "LNA", None),
        ("Ahmed al-Mismari", "LNA", None),
        (None, "LNA", None),
    ],
)
def test_a_speaker_is_named_in_latin_script_where_the_registry_knows_it(
    speaker: str | None, party: str, latin: str | None
) -> None:
    assert names_of().latin(said_by(speaker, party)) == latin


def test_a_form_that_two_persons_bear_names_neither() -> None:
    twins = [Speaker("LNA", {"en": name, "ar": f"{name} المسماري"}, {"ar": ("المسماري",)}) for name in "AB"]
    assert Names("en", (), twins, ()).latin(said_by("المسماري")) is None


def test_a_place_is_found_by_its_id_and_by_its_name_in_any_language() -> None:
    names = names_of()
    assert names.place("marsa").id == names.place("مرسى").id == names.place(" MARSA ").id == MARSA.id


@pytest.mark.parametrize("asked", ["", "Nowhere", "Twin"])
def test_a_place_that_there_is_not_and_one_of_several_is_refused(asked: str) -> None:
    with pytest.raises(ReportOptionError, match=r"twin-1|called"):
        names_of().place(asked)


def test_a_place_lies_in_itself_and_in_all_around_it() -> None:
    names = names_of()
    inner = GAZETTEER[1].place
    assert names.is_inside(inner, inner)
    assert names.is_inside(inner, COAST)
    assert not names.is_inside(COAST, inner)
    assert not names.is_inside(None, COAST)
    assert names.is_inside(Place("hamlet", "Hamlet", "village", 0, 0, within=inner.id), COAST)


def test_places_that_lie_in_each_other_are_gone_through_once() -> None:
    circle = Place("a", "A", "town", 0, 0, within="a")
    assert not names_of().is_inside(circle, COAST)


def test_parties_stand_in_the_order_of_the_registry_and_unknown_ones_last() -> None:
    assert list(names_of().of_parties(["XYZ", "GNA", "LNA"]).items())[::2] == [
        ("LNA", "Libyan National Army"),
        ("XYZ", "XYZ"),
    ]
