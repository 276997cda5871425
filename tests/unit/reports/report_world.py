"""The small world of the API's tests as reports read it, with a comparator that suggests nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache

import numpy as np
from desks import CAPTURED, MARSA, World
from numpy.typing import NDArray

from tracker.conflicts.comparison import Comparator, ConflictModel
from tracker.conflicts.features import FEATURES
from tracker.conflicts.kinds import KIND_FEATURES, KindModel
from tracker.domain.conflicts import Evidence, Judgement
from tracker.domain.documents import Document
from tracker.domain.reporting import CitedDocument, Clash, Judged, Stored, Told, TrailMark, Wanted
from tracker.domain.statements import NamedPlace, Place
from tracker.registry.loading import Registry, load_registry
from tracker.reports.choosing import Held
from tracker.reports.content import WeeklyReport
from tracker.reports.names import Names
from tracker.reports.period import Period
from tracker.reports.week import Week
from tracker.reports.weekly import Question, select_report
from tracker.services.comparing import ComparisonVectors
from tracker.services.embedding import EmbeddingService, TextVectors
from tracker.services.reporting import ReportingService
from tracker.statements.mentions import PartyFinder

AS_OF = date(2020, 7, 2)
COAST = Place(id="coast", name="Coast", kind="region", latitude=31.5, longitude=15.0)
GAZETTEER = (
    NamedPlace(COAST, {"en": ("Coast",), "ar": ("الساحل",)}),
    NamedPlace(
        Place(MARSA.id, MARSA.name, MARSA.kind, MARSA.latitude, MARSA.longitude, within=COAST.id),
        {"en": ("Marsa",), "ar": ("مرسى",), "tr": ("Marsa",)},
    ),
    NamedPlace(Place("twin-1", "Twin", "town", 1.0, 1.0), {"en": ("Twin",)}),
    NamedPlace(Place("twin-2", "Twin", "airport", 1.0, 1.0), {"en": ("Twin",)}),
)


@cache
def registry() -> tuple[Registry, PartyFinder]:
    read = load_registry()
    return read, PartyFinder(read.parties, read.speakers)


class NoVectors:
    """Neither a database of vectors nor a model: every text has the same vector."""

    name, revision, dimension = "test-model", "r1", 4

    def embeddings(self, *_: object) -> dict[str, NDArray[np.float32]]:
        return {}

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.full((len(texts), self.dimension), 0.5, dtype=np.float32)


def silent_comparator() -> Comparator:
    read, finder = registry()
    kinds = KindModel.of(
        {kind: {**dict.fromkeys(KIND_FEATURES, 0.0), "intercept": 0.0} for kind in ("control", "casualties")}
    )
    model = ConflictModel(np.zeros((3, len(FEATURES))), np.zeros(3), 1.0, kinds)
    return Comparator(read.parties, finder, model)


@dataclass
class FakeReportSource:
    """Everything in the world, whatever days are asked for."""

    world: World
    judged: dict[str, Judged] = field(default_factory=dict)
    corrected: dict[str, dict[str, Judged]] = field(default_factory=dict)
    grades: dict[str, str] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)
    asked: list[Wanted] = field(default_factory=list)

    def read(self, wanted: Wanted) -> Stored:
        self.asked.append(wanted)
        library = self.world.library
        documents = {one.id: cited(one) for one in library.documents}
        homes = {one: event.id for event in library.events for one in event.statements}
        told = {one.id: Told(one, documents[one.document], homes.get(one.id)) for one in library.statements}
        return Stored(
            told=told,
            documents=tuple(documents.values()),
            events=tuple(library.events),
            conflicts=tuple(library.conflicts),
            altered=frozenset(),
            grades=self.grades,
            judged=self.judged,
            corrected=self.corrected,
            merged=self.merged,
            clashes=tuple(
                Clash(one.verdict.type, (told[one.one].statement.party, told[one.other].statement.party), day)
                for one in library.conflicts
                if one.judgement is not Judgement.REJECTED
                for day in [_later(told[one.one], told[one.other])]
            ),
            trail=TrailMark(3, "ab" * 32),
            relinked=0,
        )


def rest_on(world: World, name: str, third: str) -> None:
    """Let a conflict of the world rest on the whole of a third statement."""
    told = world.statements[third]
    world.library.conflicts = [
        replace(one, verdict=replace(one.verdict, evidence=(Evidence(told.id, told.span),)))
        if one.id == world.conflicts[name].id
        else one
        for one in world.library.conflicts
    ]


def _later(*told: Told) -> date | None:
    return max((one.document.published.date() for one in told if one.document.published), default=None)


def cited(document: Document) -> CitedDocument:
    return CitedDocument(
        id=document.id,
        public_id=document.public_id,
        url=document.url,
        title=document.title,
        outlet=document.outlet,
        published=document.published,
        published_found=document.published_found,
        language=document.language,
        sha256=document.sha256,
        constructed=document.constructed,
        captured_at=CAPTURED,
    )


def service_of(source: FakeReportSource) -> ReportingService:
    vectors = NoVectors()
    return ReportingService(
        source,
        EmbeddingService(vectors, vectors),
        ComparisonVectors(TextVectors(vectors, vectors)),
        silent_comparator(),
    )


def names_of(language: str = "en") -> Names:
    read, _ = registry()
    return Names(language, read.parties, read.speakers, GAZETTEER)


def selecting(source: FakeReportSource) -> Callable[..., WeeklyReport]:
    """The report of a week (23 of 2020 unless told otherwise) over the world as it now is."""

    def report(week: str = "2020-W23", **given: object) -> WeeklyReport:
        language = str(given.get("language", "en"))
        question = Question(
            period=given.pop("period", None) or Period.of_week(Week.parse(week)),
            as_of=given.pop("as_of", AS_OF),
            held=Held(given.pop("parties", ()), given.pop("place", None)),
            **given,
        )
        models = {"model": "test-model r1", "question_model": "asks r2", "stance_model": "sides r3"}
        return select_report(service_of(source), question, names_of(language), **models)

    return report
