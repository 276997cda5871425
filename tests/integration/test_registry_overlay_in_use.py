"""A party that a desk adds is given its statements in the next ingest, by whichever process."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from newsroom import NOW, QuestionEmbedder, WordEmbedder
from sqlalchemy import Engine

from tracker.bootstrap import SystemClock, installation
from tracker.conflicts.comparison import Comparator, ConflictModel
from tracker.domain.documents import IncomingDocument
from tracker.domain.dossiers import PartyFilter
from tracker.domain.models import ModelIdentity
from tracker.domain.registry_edits import NameKind, NewNames, NewParty, NewSpeaker
from tracker.events.pair_model import PairModel
from tracker.index import FaissIndex
from tracker.registry.current import CurrentFinder, CurrentParties, CurrentRegistry
from tracker.services.comparing import ComparisonVectors
from tracker.services.dossiers import DossierService
from tracker.services.embedding import EmbeddingService, TextVectors
from tracker.services.ingest import IngestService
from tracker.services.linking import LinkingService
from tracker.services.registry import RegistryService
from tracker.settings import Settings
from tracker.statements.extraction import Knowledge
from tracker.statements.places import PlaceFinder
from tracker.storage.dossiers import SqlDossiers
from tracker.storage.engine import make_engine
from tracker.storage.library import SqlLibrary
from tracker.storage.registry_edits import SqlRegistryEdits
from tracker.storage.store import SqlStore

GUARD = NewParty(
    "SHG",
    {"en": "Sidra Harbour Guard", "ar": "حرس ميناء السدرة"},
    "Armed staff of the harbour.",
    ("GNA",),
    {"en": ("Sidra Harbour Guard", "harbour guards"), "ar": ("حرس ميناء السدرة",)},
)


def told_by(name: str, day: str) -> str:
    return f"The {name} said on {day} that four of its men had been killed at the pier."


@dataclass
class Desk:
    """One process over a database and a file: its own registry, index and services."""

    engine: Engine
    home: Path

    def __post_init__(self) -> None:
        self.current = CurrentRegistry(self.home / "parties.toml")
        self.registry = RegistryService(
            self.current, SqlRegistryEdits(self.engine, lambda: NOW, self.current)
        )
        store, embedder = SqlStore(self.engine, lambda: NOW), WordEmbedder()
        identity = ModelIdentity(embedder.name, embedder.revision, embedder.dimension)
        finder = CurrentFinder(self.current)
        comparator = Comparator(CurrentParties(self.current).values(), finder, ConflictModel.shipped())
        embeddings = EmbeddingService(store, embedder)
        linking = LinkingService(
            store,
            embeddings,
            ComparisonVectors(TextVectors(store, QuestionEmbedder())),
            FaissIndex.create(self.home / f"index-{id(self)}", identity),
            PairModel.shipped("counterclaim-claims-1"),
            comparator,
        )
        self.store = store
        self.ingest = IngestService(
            store, embeddings, linking, Knowledge(finder, PlaceFinder([])), SystemClock()
        )
        self.dossiers = DossierService(SqlDossiers(self.engine), SqlLibrary(self.engine), comparator)

    def read(self, text: str, language: str = "en") -> set[str]:
        """Ingest a text; the parties that its statements were given to."""
        before = {one.id for one in self.store.all_statements()}
        incoming = IncomingDocument("a text", text.encode(), "text/plain", text, language=language)
        summary = self.ingest.ingest([incoming], lambda _stage, _done, _total: None)
        assert summary.failures == []
        return {one.party for one in self.store.all_statements() if one.id not in before}


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


def test_a_party_added_is_attributed_to_in_the_next_text(engine: Engine, tmp_path: Path) -> None:
    desk = Desk(engine, tmp_path)
    before = desk.read(
        "The Sidra Harbour Guard said on Monday that two of its men had been killed at the pier."
    )
    assert "SHG" not in before
    desk.registry.add_party(GUARD, by="adil", reason="It speaks in the June reports.")
    after = desk.read(
        "The Sidra Harbour Guard said on Tuesday that three of its men had been killed at the pier."
    )
    assert after == {"SHG"}
    assert desk.read("قال حرس ميناء السدرة إن ثلاثة من عناصره قتلوا في الرصيف يوم الثلاثاء.", "ar") == {"SHG"}
    assert desk.dossiers.parties()["SHG"].statements == 2
    assert desk.dossiers.dossier(PartyFilter("SHG")).numbers.languages == (("ar", 1), ("en", 1))


def test_another_process_takes_it_up_without_being_started_anew(engine: Engine, tmp_path: Path) -> None:
    here, there = Desk(engine, tmp_path), Desk(engine, tmp_path)
    here.registry.add_party(GUARD, by="adil")
    assert [party.code for party in there.registry.parties()][-1] == "SHG"
    assert there.read(told_by("harbour guards", "Tuesday")) == {"SHG"}


def test_names_and_speakers_added_later_are_found(engine: Engine, tmp_path: Path) -> None:
    desk = Desk(engine, tmp_path)
    desk.registry.add_party(GUARD, by="adil")
    desk.registry.add_names(NewNames("SHG", NameKind.NAMES, "en", ("Pier Watch",)), by="adil")
    desk.registry.add_speaker(
        NewSpeaker("SHG", {"en": "Huda Zlitni"}, {"en": ("Zlitni",)}, ("harbour master",)), by="adil"
    )
    assert desk.read(told_by("Pier Watch", "Friday")) == {"SHG"}
    assert desk.read("Huda Zlitni said on Friday that four of her men had been killed at the pier.") == {
        "SHG"
    }


def test_what_is_taken_back_is_no_longer_attributed_to(engine: Engine, tmp_path: Path) -> None:
    desk = Desk(engine, tmp_path)
    entry = desk.registry.add_party(GUARD, by="adil")
    assert desk.read(told_by("harbour guards", "Tuesday")) == {"SHG"}
    desk.registry.take_back(entry.id, by="adil")
    assert "SHG" not in desk.read(told_by("harbour guards", "Friday"))
    # What was stored stays, and so does what can be read of it.
    assert desk.dossiers.parties()["SHG"].statements == 1


def test_the_program_itself_reads_the_file_of_its_home(tmp_path: Path, database_url: str) -> None:
    text = '[[party]]\ncode = "SHG"\nlabel = { en = "Sidra Harbour Guard" }\n'
    (tmp_path / "parties.toml").write_text(text, encoding="utf-8")
    with installation(Settings(home=tmp_path, database_url=database_url), lambda _: None) as installed:
        assert installed.registry.parties[-1].code == "SHG"
        installed.update_registry()
        (tmp_path / "parties.toml").write_text("[[party", encoding="utf-8")
        installed.registry.now(at_once=True)
        [notice] = [one for one in installed.notices() if "parties" in one]
        assert "those read last stay" in notice
        assert installed.registry.parties[-1].code == "SHG"
