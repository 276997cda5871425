"""Our encoder of voices: what it hears in real stories. Sockets are off, as in all tests."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from platformdirs import user_cache_path

from tracker.domain.documents import Document
from tracker.domain.errors import SettingsError
from tracker.domain.voices import WIDTH, Telling
from tracker.embedding.apart import ApartVoices, ModelProcess
from tracker.embedding.own_models import VOICES
from tracker.embedding.voice_reader import VoiceModel
from tracker.registry.loading import load_places, load_registry
from tracker.statements.extraction import Knowledge, extract_statements, tellings
from tracker.statements.mentions import PartyFinder
from tracker.statements.places import PlaceFinder

pytestmark = pytest.mark.model

MODELS = user_cache_path("tracker") / "models"

STORIES = [
    Telling("wire agency", "Port shelled", ("Tankers left.", "The LNA said so."), (0, 0)),
    Telling("وكالة", "قصف الميناء", ("قال المتحدث إن الميناء مغلق.",), (0,)),
    Telling("", "", (), ()),
    Telling("агентство", "Порт", ("ЛНА заявила, что порт взят. " * 60, "Сообщений о жертвах нет."), (0, 1)),
]


@pytest.fixture(scope="module")
def voices() -> VoiceModel:
    model = VoiceModel(MODELS)
    model.load()
    return model


@pytest.fixture(scope="module")
def process() -> Iterator[ModelProcess]:
    process = ModelProcess(MODELS)
    with process.started():
        yield process


def test_every_sentence_gets_numbers_for_its_pieces(voices: VoiceModel) -> None:
    for telling, marks in zip(STORIES, voices.read(STORIES), strict=True):
        assert len(marks) == len(telling.sentences)
        for sentence, one in zip(telling.sentences, marks, strict=True):
            assert one.values.shape == (len(one.starts), WIDTH)
            assert np.isfinite(one.values).all()
            assert 0 <= one.starts.min() < one.ends.max() <= len(sentence)


def test_a_story_gets_the_same_marks_whatever_is_read_with_it_here_or_apart(
    voices: VoiceModel, process: ModelProcess
) -> None:
    together = voices.read(STORIES)
    apart = ApartVoices(voices, process)
    for number, telling in enumerate(STORIES):
        [alone] = voices.read([telling])
        [elsewhere] = apart.read([telling])
        for one, other, third in zip(together[number], alone, elsewhere, strict=True):
            assert one.values.tobytes() == other.values.tobytes()
            # There it has another number of threads, which moves the last digits.
            np.testing.assert_allclose(
                third.values.astype(np.float32), one.values.astype(np.float32), atol=0.25
            )
    assert process.seconds > 0


def test_many_stories_are_asked_for_together_and_answered_in_order(process: ModelProcess) -> None:
    pending = [
        process.begin_reading([Telling("", "", (f"Report {number}.",) * (number % 3), (0,) * (number % 3))])
        for number in range(40)
    ]
    for number, one in enumerate(pending):
        [marks] = one.result()
        assert len(marks) == number % 3


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    registry = load_registry()
    return Knowledge(PartyFinder(registry.parties, registry.speakers), PlaceFinder(load_places()))


def parties(text: str, language: str, voices: VoiceModel, knowledge: Knowledge) -> list[str]:
    published = datetime(2020, 6, 10, tzinfo=UTC)
    page = Document("d1", None, None, "Pier", "Wire", published, None, language, "0" * 64, text)
    found = extract_statements(page, knowledge.taking_all(), voices.read(tellings(page)))
    return [one.party for one in found]


@pytest.mark.parametrize(
    ("language", "text", "party"),
    [
        ("en", "The pier, said a spokesman for the Libyan National Army, was in its hands.", "LNA"),
        ("en", "Shells fell on the houses near the pier before dawn, residents said.", "CIV"),
        ("ar", "وقالت وزارة الدفاع في حكومة الوفاق الوطني إن قواتها استعادت الرصيف.", "GNA"),
        ("tr", "Milli Savunma Bakanlığı, iskelenin vurulduğu iddiasının doğru olmadığını açıkladı.", "TUR"),
        ("ru", "В Ливийской национальной армии сообщили, что причал взят.", "LNA"),
    ],
)
def test_plain_sentences_are_given_to_whoever_says_so(
    language: str, text: str, party: str, voices: VoiceModel, knowledge: Knowledge
) -> None:
    assert parties(text, language, voices, knowledge) == [party]


def test_a_party_added_to_the_registry_is_heard_as_any_other(
    voices: VoiceModel, knowledge: Knowledge
) -> None:
    registry = load_registry()
    lna = next(party for party in registry.parties if party.code == "LNA")
    new = replace(lna, code="PLC", names={"en": ("Pier Liberation Council",)}, qualifiers={})
    speakers = [one for one in registry.speakers if one.party != "LNA"]
    added = replace(knowledge, parties=PartyFinder([*registry.parties, new], speakers))
    text = "The Pier Liberation Council said on Monday that the Libyan National Army had shelled its men."
    assert parties(text, "en", voices, added) == ["PLC"]


def test_a_failure_names_the_voice_encoder_and_not_the_settings(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", "utf-8")
    with pytest.raises(SettingsError, match=f"^the voice encoder '{VOICES.name}' cannot be loaded: .*file"):
        VoiceModel(tmp_path / "file").load()


def test_the_adapter_is_small() -> None:
    assert VOICES.adapter_path().stat().st_size < 10_000_000
