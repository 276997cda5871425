"""A small world of parties and places, and ways to read a text with it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from tracker.domain.documents import Document
from tracker.domain.parties import Attribution, Party, Speaker
from tracker.domain.statements import FigureKind, NamedPlace, Place, Statement
from tracker.language.pack import language_pack
from tracker.language.phrases import Words
from tracker.statements.attribution import Reading, Thread, attribute
from tracker.statements.extraction import Knowledge, extract_statements
from tracker.statements.figures import find_figures
from tracker.statements.mentions import PartyFinder
from tracker.statements.places import PlaceFinder

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
    text: str, language: str = "en", *, title: str = "", published: datetime | None = WEDNESDAY
) -> list[Statement]:
    """All statements of a text in the small world."""
    return list(extract_statements(document(text, language, title=title, published=published), WORLD))


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


def who(sentence: str, language: str = "en", thread: Thread | None = None) -> Told:
    """The attribution of one sentence, at the head of a story unless a thread is given."""
    attribution, _ = attribute(reading(sentence, language), thread or Thread())
    return told(attribution)


def figures(
    sentence: str, language: str = "en", dated: set[int] | None = None
) -> list[tuple[FigureKind, int, int | None]]:
    found = find_figures(Words.of(sentence), language_pack(language), dated or set())
    return [(figure.kind, figure.low, figure.high) for figure in found]


def day(statement: Statement) -> date | None:
    return statement.date.day if statement.date else None
