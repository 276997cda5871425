"""One event told by six voices in four languages, with conflicts in every state."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from room_disputes import bridge_dispute, later_count
from room_pages import page_of_stories
from rooms import TOWN, Shelf

from tracker.domain.conflicts import Conflict, ConflictType, Judgement
from tracker.domain.documents import DateFound, DatePrecision, Document
from tracker.domain.events import Event
from tracker.domain.identifiers import event_id
from tracker.domain.parties import AttributionMethod
from tracker.domain.statements import EventDate, FigureKind, Statement

ON_THE_DAY = EventDate(date(2020, 6, 5), DatePrecision.DAY, DateFound.PUBLICATION)
YESTERDAY = EventDate(date(2020, 6, 4), DatePrecision.DAY, DateFound.RELATIVE)
IN_JUNE = EventDate(date(2020, 6, 1), DatePrecision.MONTH, DateFound.EXPLICIT)


@dataclass(frozen=True)
class Told:
    """A document and its statements by a short name."""

    document: Document
    statements: dict[str, Statement]

    def __getitem__(self, name: str) -> Statement:
        return self.statements[name]


@dataclass(frozen=True)
class BridgeStory:
    """The event, its documents and conflicts, the id of an event merged into it, and one event apart."""

    shelf: Shelf
    english: Told
    arabic: Told
    turkish: Told
    russian: Told
    recount: Statement
    event: Event
    conflicts: dict[str, Conflict]
    merged: str
    quiet_event: Event
    page: tuple[Document, ...]


def bridge_story() -> BridgeStory:
    shelf = Shelf()
    told = (_english(shelf), _arabic(shelf), _turkish(shelf), _russian(shelf))
    english, arabic, turkish, russian = told
    members = [row for document in told for name, row in document.statements.items() if name != "apart"]
    recount = later_count(shelf)
    members.append(recount)
    event = shelf.event("Both sides claim the bridge at Wadi Sidra", members)
    merged = event_id(arabic["entry"].id)
    shelf.library.redirects[merged] = event.id
    by_name = {**english.statements, **_others(arabic, turkish, russian), "recount": recount}
    conflicts = _conflicts(shelf, event, by_name)
    shelf.disputes[event.id] = bridge_dispute(event, by_name, conflicts)
    return BridgeStory(
        shelf=shelf,
        english=english,
        arabic=arabic,
        turkish=turkish,
        russian=russian,
        event=event,
        recount=recount,
        conflicts=conflicts,
        merged=merged,
        quiet_event=_quiet_event(shelf),
        page=page_of_stories(shelf),
    )


def _english(shelf: Shelf) -> Told:
    document = shelf.document(
        title="Both sides claim the bridge at Wadi Sidra",
        outlet="Sidra Courier",
        language="en",
        url="https://courier.example/2020/06/05/bridge",
        external_id="courier/17",
        constructed=True,
        text=(
            "Both sides claim the bridge at Wadi Sidra\n\n"
            "QASR SIDRA, 5 June – The bridge is in our hands and our engineers are clearing it of mines, "
            "said Colonel Nabil Farhat, a spokesman for the Libyan National Army. He said that 31 fighters "
            "of the other side were killed.\n"
            "A spokesman for the Government of National Accord denied that its forces had left the bridge. "
            "“We lost two men yesterday and no ground,” he said. 🌍\n\n"
            "The United Nations mission said it was gravely concerned for the families by the river.\n"
            "A nurse at the field clinic counted nine bodies, from both sides."
        ),
    )
    farhat = "Nabil Farhat"
    return Told(
        document,
        {
            "holds": shelf.statement(
                document,
                "The bridge is in our hands and our engineers are clearing it of mines",
                "LNA",
                speaker=farhat,
                cue="said",
                confidence=0.94,
                day=ON_THE_DAY,
            ),
            "killed": shelf.statement(
                document,
                "31 fighters of the other side were killed",
                "LNA",
                speaker=farhat,
                cue="said",
                method=AttributionMethod.PRONOUN,
                figure=(FigureKind.KILLED, 31, 31),
                counted="fighters of the other side",
                side="GNA",
                day=YESTERDAY,
            ),
            **_english_answers(shelf, document),
        },
    )


def _english_answers(shelf: Shelf, document: Document) -> dict[str, Statement]:
    return {
        "denial": shelf.statement(
            document,
            "A spokesman for the Government of National Accord denied that its forces had left the bridge.",
            "GNA",
            cue="denied",
            denies=True,
            day=YESTERDAY,
        ),
        "losses": shelf.statement(
            document,
            "We lost two men yesterday and no ground",
            "GNA",
            cue="said",
            method=AttributionMethod.CONTINUATION,
            confidence=0.72,
            figure=(FigureKind.KILLED, 2, 2),
            day=YESTERDAY,
        ),
        "concern": shelf.statement(
            document,
            "it was gravely concerned for the families by the river",
            "UN",
            speaker="United Nations mission",
            cue="said",
            place=TOWN,
        ),
        "bodies": shelf.statement(
            document,
            "A nurse at the field clinic counted nine bodies, from both sides.",
            "CIV",
            speaker="A nurse at the field clinic",
            method=AttributionMethod.SOURCE,
            confidence=0.4,
            figure=(FigureKind.KILLED, 9, None),
            counted="bodies",
            day=IN_JUNE,
        ),
    }


def _arabic(shelf: Shelf) -> Told:
    document = shelf.document(
        title="الجسر بيد قواتنا، يقول الناطق باسم الجيش",
        outlet="صحيفة الوادي",
        language="ar",
        published=datetime(2020, 6, 5, 14, 20, tzinfo=UTC),
        url="https://alwadi.example/news/881",
        constructed=True,
        text=(
            "الجسر بيد قواتنا، يقول الناطق باسم الجيش\n\n"
            "قال العقيد نبيل فرحات إن قواته دخلت الجسر فجر الخميس دون قتال وإن المدنيين لم يصابوا بأذى.\n\n"
            "ونفت حكومة الوفاق سقوط الجسر، بحسب قناة الوادي، وقالت إن وحداتها ما زالت على ضفتي الوادي."
        ),
    )
    entry = shelf.statement(
        document,
        "قواته دخلت الجسر فجر الخميس دون قتال وإن المدنيين لم يصابوا بأذى",
        "LNA",
        speaker="نبيل فرحات",
        cue="قال",
        confidence=0.91,
        day=YESTERDAY,
    )
    fall = shelf.statement(
        document,
        "ونفت حكومة الوفاق سقوط الجسر، بحسب قناة الوادي، وقالت إن وحداتها ما زالت على ضفتي الوادي.",
        "GNA",
        speaker="حكومة الوفاق",
        cue="نفت",
        denies=True,
        chain=("قناة الوادي", "حكومة الوفاق"),
        day=YESTERDAY,
    )
    return Told(document, {"entry": entry, "fall": fall})


def _turkish(shelf: Shelf) -> Told:
    document = shelf.document(
        title="Ankara: Köprü çevresinde Türk askeri yok",
        outlet="Vadi Haber",
        language="tr",
        published=datetime(2020, 6, 6, tzinfo=UTC),
        constructed=True,
        text=(
            "Ankara: Köprü çevresinde Türk askeri yok\n\n"
            "Savunma Bakanlığı kaynakları, köprüdeki çatışmalara hiçbir Türk askerinin katılmadığını "
            "belirtti. Kaynaklar, bölgeye Rus yapımı zırhlı araçların getirildiğini öne sürdü."
        ),
    )
    ministry = "Savunma Bakanlığı kaynakları"
    absence = shelf.statement(
        document,
        "köprüdeki çatışmalara hiçbir Türk askerinin katılmadığını belirtti",
        "TUR",
        speaker=ministry,
        cue="belirtti",
        denies=True,
    )
    apart = shelf.statement(
        document,
        "bölgeye Rus yapımı zırhlı araçların getirildiğini öne sürdü",
        "TUR",
        speaker=ministry,
        cue="öne sürdü",
        figure=(FigureKind.VEHICLES, 2, None),
        place=None,
    )
    return Told(document, {"absence": absence, "apart": apart})


def _russian(shelf: Shelf) -> Told:
    document = shelf.document(
        title="Москва: у моста действовали турецкие беспилотники",
        outlet="Вестник долины",
        language="ru",
        published=datetime(2020, 6, 6, tzinfo=UTC),
        text=(
            "Москва: у моста действовали турецкие беспилотники\n\n"
            "По словам представителя министерства, в бою у моста участвовали турецкие военные и "
            "беспилотники. Российских военных в этом районе нет, подчеркнул он."
        ),
    )
    presence = shelf.statement(
        document,
        "в бою у моста участвовали турецкие военные и беспилотники",
        "RUS",
        speaker="представитель министерства",
        cue="по словам",
        method=AttributionMethod.SOURCE,
        day=YESTERDAY,
    )
    none_there = shelf.statement(
        document,
        "Российских военных в этом районе нет, подчеркнул он.",
        "RUS",
        cue="подчеркнул",
        denies=True,
        method=AttributionMethod.PRONOUN,
        place=None,
    )
    return Told(document, {"presence": presence, "none_there": none_there})


def _others(*told: Told) -> dict[str, Statement]:
    return {name: row for document in told for name, row in document.statements.items()}


def _conflicts(shelf: Shelf, event: Event, by_name: dict[str, Statement]) -> dict[str, Conflict]:
    rows = {
        "control": (
            ("holds", "denial"),
            ConflictType.CONTROL,
            "LNA says it holds the bridge; GNA denies having left it.",
            (0.91, Judgement.SUGGESTED),
        ),
        "casualties": (
            ("killed", "losses"),
            ConflictType.CASUALTIES,
            "LNA speaks of 31 killed on the other side; GNA speaks of 2.",
            (0.77, Judgement.CONFIRMED),
        ),
        "entry": (
            ("entry", "fall"),
            ConflictType.CONTROL,
            "LNA says it entered the bridge without a fight; GNA denies that it fell.",
            (0.83, Judgement.SUGGESTED),
        ),
        "involvement": (
            ("absence", "presence"),
            ConflictType.INVOLVEMENT,
            "TUR denies that its soldiers took part; RUS says they did.",
            (0.69, Judgement.UNSURE),
        ),
        "rejected": (
            ("concern", "holds"),
            ConflictType.OTHER,
            "UN and LNA were taken to differ.",
            (0.31, Judgement.REJECTED),
        ),
    }
    return {
        name: shelf.conflict(
            event, by_name[a], by_name[b], kind, explanation, score=score, judgement=judgement
        )
        for name, ((a, b), kind, explanation, (score, judgement)) in rows.items()
    }


def _quiet_event(shelf: Shelf) -> Event:
    """An event with an Arabic title, one voice, no conflict and no day."""
    document = shelf.document(
        title="عودة الكهرباء إلى قصر السدرة",
        outlet="صحيفة الوادي",
        language="ar",
        published=None,
        text="أعلنت البلدية عودة الكهرباء إلى أحياء البلدة بعد انقطاع دام أسبوعا.",
    )
    statement = shelf.statement(
        document,
        "عودة الكهرباء إلى أحياء البلدة بعد انقطاع دام أسبوعا",
        "CIV",
        speaker="البلدية",
        cue="أعلنت",
        place=TOWN,
    )
    return shelf.event(
        "عودة الكهرباء إلى قصر السدرة", (statement,), language="ar", place=TOWN, start=None, end=None
    )
