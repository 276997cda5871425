"""A small world of parties and places, and ways to read a text with it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from tracker.domain.documents import Document, Span
from tracker.domain.parties import Attribution, Party, Speaker
from tracker.domain.statements import FigureKind, NamedPlace, Place, Polarity, Statement
from tracker.language.folding import fold
from tracker.language.pack import language_pack
from tracker.language.phrases import Words
from tracker.language.sentences import Sentence
from tracker.statements.attribution import hear, hear_with_memory
from tracker.statements.extraction import Knowledge, extract_statements
from tracker.statements.figures import find_figures
from tracker.statements.memory import Introduced, Memory
from tracker.statements.mentions import PartyFinder
from tracker.statements.places import PlaceFinder
from tracker.statements.polarity import polarity
from tracker.statements.reading import Reading

WEDNESDAY = datetime(2020, 1, 8, 10, 0, tzinfo=UTC)

ARMY = Party(
    code="LNA",
    label={"en": "Army"},
    names={
        "en": ("Libyan National Army", "LNA"),
        "ar": ("الجيش الوطني الليبي", "الجيش الوطني"),
        "tr": ("Libya Ulusal Ordu*", "LUO"),
        "ru": ("Ливийск* национальн* арми*", "ЛНА"),
    },
    qualifiers={"en": ("eastern-based",), "ar": ("التابع لحفتر",), "tr": ("Hafter yanlısı",), "ru": ()},
)
GOVERNMENT = Party(
    code="GNA",
    label={"en": "Government"},
    names={
        "en": ("Government of National Accord", "GNA"),
        "ar": ("حكومة الوفاق الوطني", "حكومة الوفاق"),
        "tr": ("Ulusal Mutabakat Hükümet*", "UMH"),
        "ru": ("Правительств* национального согласия", "ПНС"),
    },
)
TURKEY = Party(
    code="TUR",
    label={"en": "Turkey"},
    names={"en": (), "ar": (), "tr": ("Milli Savunma Bakanlı*", "MSB"), "ru": ()},
    qualifiers={"en": ("Turkish",), "ar": ("التركية", "التركي"), "tr": ("Türk",), "ru": ("турецк*",)},
    metonyms={"en": ("Ankara", "Turkey"), "ar": ("أنقرة",), "tr": ("Ankara",), "ru": ("Анкара",)},
)
UNITED_NATIONS = Party(
    code="UN",
    label={"en": "UN"},
    names={
        "en": ("UNSMIL", "UN", "United Nations"),
        "ar": ("الأمم المتحدة",),
        "tr": ("Birleşmiş Milletler", "BM"),
        "ru": ("ООН",),
    },
)
CIVILIANS = Party(
    code="CIV",
    label={"en": "Residents"},
    names={
        "en": ("resident", "residents", "medics"),
        "ar": ("سكان",),
        "tr": ("sakin*",),
        "ru": ("жител*",),
    },
)
PARTIES = (ARMY, GOVERNMENT, TURKEY, UNITED_NATIONS, CIVILIANS)

SPEAKERS = (
    Speaker(
        party="LNA",
        name={
            "en": "Khalifa Haftar",
            "ar": "خليفة حفتر",
            "tr": "Halife Hafter",
            "ru": "Халифа Хафтар",
        },
        short={"en": ("Haftar",), "ar": ("حفتر",), "tr": ("Hafter",), "ru": ("Хафтар",)},
    ),
    Speaker(
        party="LNA",
        name={
            "en": "Ahmed al-Mismari",
            "ar": "أحمد المسماري",
            "tr": "Ahmed el-Mismari",
            "ru": "Ахмед аль-Мисмари",
        },
        short={"en": ("al-Mismari",), "ar": ("المسماري",), "tr": ("Mismari",), "ru": ("Мисмари",)},
    ),
    Speaker(
        party="GNA",
        name={"en": "Fayez al-Sarraj", "ar": "فايز السراج", "tr": "Fayiz es-Serrac", "ru": "Файез Сарадж"},
        short={"en": ("al-Sarraj",), "ar": ("السراج",), "tr": ("Serrac",), "ru": ("Сарадж",)},
    ),
)

GHARYAN = Place("p:gharyan", "Gharyan", "city", 32.17, 13.02, "p:west")
TRIPOLI = Place("p:tripoli", "Tripoli", "city", 32.89, 13.19, "p:west")
AIRPORT = Place("p:mitiga", "Mitiga airport", "airport", 32.90, 13.28, "p:tripoli")
SUBURB = Place("p:ain-zara", "Ain Zara", "neighbourhood", 32.81, 13.27, "p:tripoli")
LIBYA = Place("p:libya", "Libya", "country", 27.0, 17.0, None)
ANKARA = Place("p:ankara", "Ankara", "city", 39.93, 32.86, None)
PLACES = (
    NamedPlace(GHARYAN, {"ar": ("غريان",), "tr": ("Garyan",), "ru": ("Гарьян",)}),
    NamedPlace(TRIPOLI, {"ar": ("طرابلس",), "tr": ("Trablus",), "ru": ("Триполи",)}),
    NamedPlace(AIRPORT, {"ar": ("مطار معيتيقة",), "tr": ("Mitiga Havalimanı",), "ru": ("аэропорт Митига",)}),
    NamedPlace(SUBURB, {"ar": ("عين زارة",), "ru": ("Айн-Зара",), "und": ("Ayn Zarah",)}),
    NamedPlace(LIBYA, {"ar": ("ليبيا",), "tr": ("Libya",), "ru": ("Ливия",)}),
    NamedPlace(ANKARA, {"ar": ("أنقرة",), "tr": ("Ankara",), "ru": ("Анкара",)}),
)

WORLD = Knowledge(PartyFinder(PARTIES, SPEAKERS), PlaceFinder(PLACES))
GULLIBLE = WORLD.taking_all()
"""The same world, in which every sentence is taken for a statement."""


def document(
    text: str, language: str = "en", *, title: str = "", published: datetime | None = WEDNESDAY
) -> Document:
    return Document(
        id="d00000000000000a",
        external_id=None,
        url=None,
        title=title,
        outlet="Example Wire",
        published=published,
        published_found=None,
        language=language,
        sha256="0" * 64,
        text=text,
    )


def statements(
    text: str,
    language: str = "en",
    *,
    title: str = "",
    published: datetime | None = WEDNESDAY,
    knowledge: Knowledge = WORLD,
) -> list[Statement]:
    """All statements of a text in the small world."""
    return list(extract_statements(document(text, language, title=title, published=published), knowledge))


def sentences(
    text: str, language: str = "en", *, title: str = "", published: datetime | None = WEDNESDAY
) -> list[Statement]:
    """All sentences of a text as if each were a statement, for what does not depend on that."""
    return statements(text, language, title=title, published=published, knowledge=GULLIBLE)


def only(text: str, language: str = "en") -> Statement:
    """The one statement of a text."""
    [statement] = statements(text, language)
    return statement


def reading(sentence: str, language: str = "en", parties: PartyFinder = WORLD.parties) -> Reading:
    return Reading.of(sentence, language_pack(language), parties)


@dataclass(frozen=True)
class Told:
    """Who puts a sentence forward: the party, the method, and the words for speaker and cue."""

    party: str
    method: str
    speaker: str | None
    cue: str | None


def told(attribution: Attribution) -> Told:
    return Told(attribution.party, attribution.method.value, attribution.speaker, attribution.cue)


def having_spoken(
    party: str, speaker: str, offices: frozenset[str] = frozenset(), home: str | None = None
) -> Memory:
    """The memory of a story in which this speaker has just spoken."""
    names = frozenset(fold(word) for word in speaker.split())
    introduced = Introduced(party, speaker, names, offices, is_person=True, spoke=True, at=0)
    return Memory(home=home, introduced=(introduced,), sentence=1)


def heard(
    sentence: str, language: str = "en", memory: Memory | None = None, parties: PartyFinder = WORLD.parties
) -> tuple[Attribution, Memory]:
    """The attribution of one sentence, and the memory it leaves behind."""
    pack = language_pack(language)
    [listened] = hear_with_memory(
        sentence,
        [Sentence(Span(0, len(sentence)), 0, whole_line=True)],
        pack,
        parties,
        WORLD.plain.speakers,
        memory or Memory(),
    )
    return listened[0].attribution, listened[1]


def who(sentence: str, language: str = "en", memory: Memory | None = None) -> Told:
    """The attribution of one sentence, at the head of a story unless a memory is given."""
    return told(heard(sentence, language, memory)[0])


def polarity_of(sentence: str, language: str = "en") -> Polarity:
    """Whether a sentence asserts or denies."""
    pack = language_pack(language)
    whole = [Sentence(Span(0, len(sentence)), 0, whole_line=True)]
    first = next(hear(sentence, whole, pack, WORLD.parties, WORLD.plain.speakers, Memory()))
    counted = find_figures(
        first.reading.words, pack, set(), first.reading.mentions, denied=first.reading.denies
    )
    return polarity(first, counted, WORLD.plain.polarity)


def figures(
    sentence: str, language: str = "en", dated: set[int] | None = None
) -> list[tuple[FigureKind, int, int | None]]:
    found = find_figures(Words.of(sentence), language_pack(language), dated or set())
    return [(figure.kind, figure.low, figure.high) for figure in found]


def day(statement: Statement) -> date | None:
    return statement.date.day if statement.date else None
