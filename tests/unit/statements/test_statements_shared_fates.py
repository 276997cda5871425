"""What befell all of those whom numbers joined by "and" count."""

import pytest
from statement_examples import figures

from tracker.domain.statements import FigureKind as Kind


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "More than five civilians and roughly three fighters have been killed."),
        ("en", "Shelling killed five soldiers and three civilians."),
        ("ar", "قتل 5 جنود و3 مدنيين في القصف."),
        ("tr", "Saldırıda 5 asker ve 3 sivil öldü."),
        ("ru", "Погибли 5 солдат и 3 мирных жителя."),
    ],
)
def test_people_joined_by_and_share_what_befell_them(language: str, sentence: str) -> None:
    assert [(kind, low) for kind, low, _ in figures(sentence, language)] == [
        (Kind.KILLED, 5),
        (Kind.KILLED, 3),
    ]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Five guards and 12 wounded arrived.", [(Kind.FIGHTERS, 5), (Kind.INJURED, 12)]),
        ("Shelling killed five soldiers and hit three houses.", [(Kind.KILLED, 5), (Kind.OTHER, 3)]),
        ("Shelling killed five soldiers and three trucks.", [(Kind.KILLED, 5), (Kind.VEHICLES, 3)]),
        ("Five soldiers were captured and three civilians killed.", [(Kind.CAPTURED, 5), (Kind.KILLED, 3)]),
        ("Five soldiers left; three civilians were killed.", [(Kind.FIGHTERS, 5), (Kind.KILLED, 3)]),
        (
            "Five soldiers left early and then later three civilians were killed.",
            [(Kind.FIGHTERS, 5), (Kind.KILLED, 3)],
        ),
    ],
)
def test_nothing_else_does(sentence: str, expected: list[tuple[Kind, int]]) -> None:
    assert [(kind, low) for kind, low, _ in figures(sentence)] == expected
