"""Full text search: spellings, hostile queries, filters, and the order of results."""

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import pytest
from sqlalchemy import Engine
from storage_examples import NOW, Examples

from tracker.domain.decisions import Aspect, Change, Key, SubjectKind
from tracker.domain.identifiers import statement_of_key, vector_key
from tracker.domain.parties import Attribution, AttributionMethod
from tracker.domain.statements import Polarity, Statement
from tracker.domain.views import StatementFilter
from tracker.storage.decisions import SqlDecisions
from tracker.storage.engine import writing
from tracker.storage.full_text import SqlFullText
from tracker.storage.statement_columns import SqlStatementColumns

Keep = Callable[..., None]

QUOTES = (
    ("ar", "قالت القوات إن مدينة إدلب لم تسقط وإن ٢٥ جنديا أُسروا"),
    ("ar", "وَقَالَتِ الْحُكُومَةُ إِنَّ الْمِينَاءَ مَفْتُوحٌ"),
    ("ar", "أعلن مستشفى البلدة عن وصول جرحى إلى المدرســـة"),
    ("ar", "آمر اللواء ينفي وجود مقاتلين في القرية"),
    ("ar", "کتيبة حماية المطار في يد الجيش"),
    ("tr", "Kışlaya giren askerler ışıkları söndürdü"),
    ("tr", "İSTANBUL'dan gelen yardım gemisi Mısrata'ya ulaştı"),
    ("ru", "Самолёт упал у посёлка, сообщил Пётр Королёв"),
    ("en", "The café near Zuwārah was hit, a medic said"),
    ("en", "FIGHTERS of the 301st battalion left the airfield"),
)
"""Written for these tests."""

VARIANTS = (
    ("وقالت الحكومة", 1),  # without the vowel signs of the text
    ("القُوَّاتُ", 0),  # with vowel signs that the text lacks
    ("ادلب", 0),  # alef without its hamza
    ("اعلن", 2),  # the same at the beginning of a verb
    ("امر اللواء", 3),  # alef without its madda
    ("مستشفي", 2),  # yeh for alef maqsura
    ("القريه", 3),  # heh for taa marbuta
    ("المدرسة", 2),  # tatweel in the text
    ("25", 0),  # digits of another script
    ("كتيبة حمايه", 4),  # Arabic for Persian kaf
    ("kislaya", 5),  # dotless i, cedilla
    ("ıstanbul", 6),  # dotless for dotted capital İ
    ("ISIKLARI", 5),  # capital I for dotless i
    ("самолет поселка петр", 7),  # ye for yo
    ("CAFE Zuwarah", 8),  # accents, macrons, case
)

HOSTILE = (
    '"',
    '""""',
    "AND OR NOT NEAR(a b, 2)",
    "words:x ^a b*",
    "* - + ( ) { } : ^",
    "'; DROP TABLE statement; --",
    "\0",
    "a\0b",
    "%_%",
    "\ud800",
    "💥",
    "",
    " \t\n",
    "ﷺ" * 500,
    "x" * 10_000,
)
LONG = {
    "en": "fighters left ",
    "ar": "قالت القوات ",
    "tr": "askerler ışıkları ",
    "ru": "самолёт упал ",
}


@pytest.fixture
def columns(engine: Engine) -> SqlStatementColumns:
    return SqlStatementColumns(engine)


@pytest.fixture
def full_text(engine: Engine, columns: SqlStatementColumns) -> SqlFullText:
    return SqlFullText(engine, columns)


@pytest.fixture
def told(examples: Examples, keep: Keep) -> list[Statement]:
    statements = []
    for number, (language, quote) in enumerate(QUOTES):
        party = ("LNA", "GNA", "TUR")[number % 3]
        document = examples.document(
            text=quote, language=language, published=datetime(2020, 1, 1 + number, tzinfo=UTC)
        )
        changes = {
            "quote": quote,
            "language": language,
            "attribution": Attribution(party, AttributionMethod.OUTLET, 1.0),
            "polarity": Polarity.DENIES if number == 3 else Polarity.ASSERTS,
        }
        statements.append(examples.statement(document, **changes))
        keep([document], statements[-1:])
    return statements


def ids(full_text: SqlFullText, text: str, **how: object) -> list[str]:
    return [statement_of_key(one.key) for one in full_text.search(text, 20, **how)]  # type: ignore[arg-type]


@pytest.mark.parametrize(("asked", "number"), VARIANTS)
def test_each_spelling_finds_the_statement(
    full_text: SqlFullText, told: list[Statement], asked: str, number: int
) -> None:
    assert ids(full_text, asked)[0] == told[number].id


@pytest.mark.parametrize(("asked", "number"), VARIANTS)
def test_each_spelling_finds_the_statement_in_the_trigrams_too(
    full_text: SqlFullText,
    told: list[Statement],
    asked: str,
    number: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    few = [(one.key, round(one.score, 9)) for one in full_text.search(asked, 20)]
    monkeypatch.setattr("tracker.storage.full_text._FEW", 0)
    assert [(one.key, round(one.score, 9)) for one in full_text.search(asked, 20)] == few
    assert statement_of_key(few[0][0]) == told[number].id


@pytest.mark.parametrize("few", [0, 2_000])
@pytest.mark.parametrize("asked", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.usefixtures("told")
def test_nothing_typed_is_an_error(
    full_text: SqlFullText, asked: str, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.storage.full_text._FEW", few)
    full_text.search(asked, 5)
    full_text.search(asked, 5, phrases=False)
    full_text.same_words(asked)


@pytest.mark.parametrize("language", LONG)
def test_ten_thousand_characters_find_what_they_say(
    full_text: SqlFullText, told: list[Statement], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.storage.full_text._FEW", 0)
    text = (LONG[language] * 10_000)[:10_000]
    found = full_text.search(text, 1)
    language_of = {vector_key(one.id): one.language for one in told}
    assert language_of[found[0].key] == language


def test_words_count_in_any_order_and_phrases_in_theirs(
    full_text: SqlFullText, told: list[Statement]
) -> None:
    assert ids(full_text, "airfield battalion")[0] == told[9].id
    assert ids(full_text, '"the airfield"') == [told[9].id]
    assert ids(full_text, '"airfield the"') == []
    assert told[9].id in ids(full_text, '"airfield the"', phrases=False)


def test_short_words_are_found_whole(full_text: SqlFullText, told: list[Statement]) -> None:
    assert ids(full_text, "of") == [told[9].id]
    assert ids(full_text, "wa") == []


def test_the_same_words_are_known_again_however_spelled(
    full_text: SqlFullText, told: list[Statement]
) -> None:
    assert full_text.same_words(QUOTES[5][1].upper()).tolist() == [vector_key(told[5].id)]
    assert full_text.same_words(QUOTES[5][1] + " again").tolist() == []
    assert full_text.same_words("!").tolist() == []


@pytest.mark.parametrize("few", [0, 2_000])
def test_a_search_among_some_is_as_if_nothing_else_were_stored(
    full_text: SqlFullText, told: list[Statement], few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.storage.full_text._FEW", few)
    some = np.array(sorted(vector_key(one.id) for one in told[5:8]), dtype=np.int64)
    assert ids(full_text, "самолёт airfield", allowed=some) == [told[7].id]
    assert ids(full_text, "airfield", allowed=some) == []
    assert ids(full_text, "airfield", allowed=np.zeros(0, dtype=np.int64)) == []


def test_common_words_count_where_there_is_no_rarer_one(
    full_text: SqlFullText, told: list[Statement], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.storage.full_text._FEW", 0)
    monkeypatch.setattr("tracker.storage.full_text._COMMON", 1)
    assert {told[8].id, told[9].id} == set(ids(full_text, "the"))
    assert ids(full_text, "the airfield") == [told[9].id]


def test_a_statement_is_found_as_soon_as_it_is_stored_and_not_before(
    full_text: SqlFullText, examples: Examples, keep: Keep, engine: Engine
) -> None:
    assert ids(full_text, "lighthouse") == []
    document = examples.document(text="The lighthouse stands.")
    keep([document], [examples.statement(document, quote="The lighthouse stands.")])
    assert len(ids(full_text, "lighthouse")) == 1
    other = SqlFullText(engine, SqlStatementColumns(engine))
    assert ids(other, "lighthouse") == ids(full_text, "lighthouse")


FILTERS = (
    StatementFilter(),
    StatementFilter(parties=("LNA",)),
    StatementFilter(parties=("NOBODY",)),
    StatementFilter(languages=("ar", "ru")),
    StatementFilter(published_from=datetime(2020, 1, 4, tzinfo=UTC).date()),
    StatementFilter(published_to=datetime(2020, 1, 4, tzinfo=UTC).date(), parties=("GNA",)),
)


def passing(told: list[Statement], wanted: StatementFilter, parties: dict[str, str]) -> list[int]:
    kept = []
    for number, one in enumerate(told):
        day = datetime(2020, 1, 1 + number, tzinfo=UTC).date()
        if wanted.parties and parties.get(one.id, one.party) not in wanted.parties:
            continue
        if wanted.languages and one.language not in wanted.languages:
            continue
        if wanted.published_from and day < wanted.published_from:
            continue
        if wanted.published_to and day > wanted.published_to:
            continue
        kept.append(vector_key(one.id))
    return sorted(kept)


@pytest.mark.parametrize("wanted", FILTERS, ids=range(len(FILTERS)))
def test_filters_are_exact(
    columns: SqlStatementColumns, told: list[Statement], wanted: StatementFilter
) -> None:
    assert columns.matching_keys(wanted).tolist() == passing(told, wanted, {})
    parted = columns.keys_by_language(wanted)
    assert sorted(key for keys in parted.values() for key in keys.tolist()) == passing(told, wanted, {})


def test_a_correction_counts_at_once_in_columns_that_were_read_before(
    columns: SqlStatementColumns, told: list[Statement], engine: Engine
) -> None:
    before = {number: columns.matching_keys(wanted).tolist() for number, wanted in enumerate(FILTERS)}
    assert before[1] == passing(told, FILTERS[1], {})
    decisions = SqlDecisions(engine, lambda: NOW)
    key = Key(SubjectKind.STATEMENT, told[1].id, Aspect.PARTY)
    with decisions.acting() as session:
        value = session.value(key)
        assert isinstance(value, dict)
        change = Change(key, value, {**value, "party": "LNA"})
        session.apply([change], actor="ada", reason="")
        session.append("correct", (str(key.kind), key.id), [change], actor="ada", reason="")
    for wanted in FILTERS:
        assert columns.matching_keys(wanted).tolist() == passing(told, wanted, {told[1].id: "LNA"})


def test_the_rarer_filters_hold_too(columns: SqlStatementColumns, told: list[Statement]) -> None:
    denying = columns.matching_keys(StatementFilter(polarities=(Polarity.DENIES,)))
    assert denying.tolist() == [vector_key(told[3].id)]
    assert len(columns.matching_keys(StatementFilter(constructed=True))) == 0
    assert len(columns.matching_keys(StatementFilter(constructed=False))) == len(told)
    assert len(columns.matching_keys(StatementFilter(places=("nowhere",)))) == 0
    assert len(columns.matching_keys(StatementFilter(events=("e0",)))) == 0


def test_words_go_with_the_statement_in_one_transaction(
    engine: Engine, full_text: SqlFullText, told: list[Statement]
) -> None:
    with writing(engine) as session:
        session.connection().exec_driver_sql("DELETE FROM statement_words")
        session.rollback()
    assert ids(full_text, "airfield") == [told[9].id]
