"""Documents that come one by one, also many at once and while others link: none is lost, none comes twice."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from job_office import Installed, installed
from sqlalchemy import Engine

from tracker.bootstrap.installation import is_in_step
from tracker.domain.errors import DocumentChangedError, ReadingError
from tracker.index import verify
from tracker.reading.posted import read_posted
from tracker.services.intake import Taken
from tracker.services.receiving import Received, ReceivingService
from tracker.storage.library import SqlLibrary
from tracker.storage.store import SqlStore
from tracker.storage.turns import FileTurns

DAY = "2020-03-10"
WORDS = "Tankers", "Convoys", "Drones", "Mines"


@pytest.fixture
def open_desk(tmp_path: Path, engine: Engine) -> Callable[..., "Desk"]:
    """Opens the same home, anew each time, as a process would."""

    def open_desk(pause: float = 0.0, patience: float = 20.0) -> Desk:
        return Desk(tmp_path, engine, installed(tmp_path, engine, pause, FileTurns(tmp_path)), patience)

    return open_desk


class Desk:
    """What one process has."""

    def __init__(self, home: Path, engine: Engine, over: Installed, patience: float) -> None:
        self.home, self.over = home, over
        self.store = SqlStore(engine, over.ingest.clock.now)
        self.told: list[str] = []
        self.service = ReceivingService(
            over.ingest, over.linking, SqlLibrary(engine), lambda: None, patience=patience
        )

    def post(self, number: int, *, word: str = "Tankers", earlier: tuple[str, ...] = ()) -> Received:
        text = f"{word} left port number {number} on Monday, the Government of National Accord said."
        return self.send({"id": f"n{number}", "text": text, "lang": "en", "published": DAY}, earlier)

    def send(self, record: dict[str, object], earlier: tuple[str, ...] = ()) -> Received:
        return self.service.receive(read_posted(record), self.told.append, earlier)

    def check(self, documents: int) -> None:
        """Nothing waits, nothing stands twice, and the index holds what the database holds."""
        counts = self.store.counts()
        assert counts.documents == documents
        assert self.store.unlinked() == []
        statements = [one.id for one in self.store.all_statements()]
        assert len(statements) == counts.statements == documents
        members = Counter(one for event in self.store.all_events() for one in event.statements)
        assert set(members) <= set(statements)
        assert set(members.values()) <= {1}
        index = self.over.index
        index.reload_if_changed()
        assert verify(index, self.store.all_vectors()).is_sound


def in_threads(works: list[Callable[[], object]]) -> list[object]:
    """What each returns, or raises, all begun at one moment."""
    start, answers = threading.Barrier(len(works)), [None] * len(works)

    def run(place: int) -> None:
        start.wait()
        try:
            answers[place] = works[place]()  # type: ignore[call-overload]
        except Exception as error:  # noqa: BLE001 # whatever it is, the test tells of it
            answers[place] = error  # type: ignore[call-overload]

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return list(answers)


def test_a_document_is_stored_linked_and_found_when_the_answer_comes(
    open_desk: Callable[..., Desk],
) -> None:
    desk, other = open_desk(), open_desk()
    received = desk.post(1)
    assert (received.is_new, received.is_linked) == (True, True)
    (view,) = desk.post(2).documents[0].statements
    assert view.event_id is not None
    assert desk.told == [received.documents[0].document.id, view.document.id]
    other.over.index.reload_if_changed()
    assert len(other.over.index) == 2, "another process does not find it"
    desk.check(2)


def test_a_document_that_comes_again_changes_nothing(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk()
    first, again = desk.post(1), desk.post(1)
    assert (again.is_new, again.documents) == (False, first.documents)
    assert len(desk.told) == 1
    desk.check(1)


def test_the_same_words_in_other_bytes_are_known(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk()
    first = desk.send(
        {
            "id": "n1",
            "text": "Tankers left port number 1 on Monday, the Government of National Accord said.",
            "title": "",
            "lang": "EN",
            "published": DAY,
        }
    )
    again = desk.send(
        {
            "text": "Tankers left port number 1 on Monday, the Government of National Accord said.",
            "id": "n1",
            "url": "",
            "lang": "en",
            "published": f"{DAY}T00:00Z",
        }
    )
    assert again.documents == first.documents
    assert not again.is_new


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Tankers stayed in port number 1 on Monday, the Government of National Accord said."},
        {"title": "Other"},
        {"published": "2020-03-11"},
    ],
)
def test_another_document_under_an_id_in_use_is_refused(
    change: dict[str, object], open_desk: Callable[..., Desk]
) -> None:
    desk = open_desk()
    record = {
        "id": "n1",
        "text": "Tankers left port number 1 on Monday, the Government of National Accord said.",
        "lang": "en",
        "published": DAY,
    }
    desk.send(record)
    with pytest.raises(DocumentChangedError, match="n1"):
        desk.send({**record, **change})
    desk.check(1)


def test_an_id_of_ours_used_as_theirs_is_another_document(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk()
    ours = (
        desk.send(
            {
                "text": "Tankers left port number 1 on Monday, the Government of National Accord said.",
                "lang": "en",
                "published": DAY,
            }
        )
        .documents[0]
        .document.id
    )
    other = desk.send(
        {
            "id": ours,
            "text": "Tankers left port number 1 on Monday, the Government of National Accord said.",
            "lang": "en",
            "published": DAY,
        }
    )
    assert other.is_new
    assert desk.store.counts().documents == 2


def test_what_cannot_be_read_is_said(open_desk: Callable[..., Desk]) -> None:
    with pytest.raises(ReadingError, match="holds no text"):
        open_desk().send({"text": " "})


def test_an_attempt_that_was_broken_off_is_finished_as_new(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk()
    incoming = read_posted(
        {
            "id": "n1",
            "text": "Tankers left port number 1 on Monday, the Government of National Accord said.",
            "lang": "en",
            "published": DAY,
        }
    )
    taken = desk.over.ingest.take(incoming, desk.told.append)
    assert isinstance(taken, Taken)
    (stored,) = taken.new
    assert desk.store.unlinked()
    received = open_desk().service.receive(incoming, lambda _: None, tuple(desk.told))
    assert (received.is_new, received.is_linked) == (True, True)
    assert received.documents[0].document.id == stored
    desk.check(1)


def test_one_document_sent_twenty_times_at_once_is_stored_once(open_desk: Callable[..., Desk]) -> None:
    desks = [open_desk(), open_desk()]
    answers = in_threads([lambda desk=desk: desk.post(1) for desk in desks * 10])
    assert all(isinstance(one, Received) for one in answers), answers
    assert Counter(one.is_new for one in answers) == {True: 1, False: 19}  # type: ignore[attr-defined]
    desks[0].check(1)


def test_many_documents_sent_at_once_to_two_processes_are_all_there(
    open_desk: Callable[..., Desk],
) -> None:
    desks = [open_desk(), open_desk()]
    works = [
        lambda number=number: desks[number % 2].post(number, word=WORDS[number % 4]) for number in range(24)
    ]
    answers = in_threads(works)
    assert all(isinstance(one, Received) for one in answers), answers
    assert all(one.is_new for one in answers)  # type: ignore[attr-defined]
    desks[0].over.linking.link_pending(lambda *_: None)
    for desk in desks:
        desk.check(24)
    events = [len(event.statements) for event in desks[0].store.all_events()]
    assert events == [6] * len(WORDS), "what belongs together does not stand together"


def test_a_document_need_not_wait_for_all_that_another_process_ingests(
    open_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.services.linking._BATCH", 2)
    bulk, desk = open_desk(), open_desk()
    for number in range(20):
        record = {
            "id": f"b{number}",
            "text": f"Convoys left town number {number} on Monday, the Government of National Accord said.",
            "lang": "en",
            "published": DAY,
        }
        bulk.over.ingest.take(read_posted(record))
    done: list[int] = []
    begun = threading.Event()

    def progress(_stage: str, linked: int, _total: int) -> None:
        done.append(linked)
        begun.set()
        time.sleep(0.05)

    linking = threading.Thread(target=lambda: bulk.over.linking.link_pending(progress))
    linking.start()
    assert begun.wait(30)
    received = desk.post(1)
    linked_meanwhile = len(done)
    linking.join()
    assert received.is_linked
    assert linked_meanwhile < len(done), "it had to wait for the whole of it"
    for one in (desk, bulk):
        one.check(21)


@contextmanager
def held(home: Path) -> Iterator[None]:
    with FileTurns(home).take():
        yield


def test_where_others_link_for_long_a_document_waits_stored(
    open_desk: Callable[..., Desk], tmp_path: Path
) -> None:
    desk = open_desk(patience=0.05)
    with held(tmp_path):
        received = desk.post(1)
    assert (received.is_new, received.is_linked) == (True, False)
    assert received.documents[0].statements[0].event_id is None
    again = desk.post(1)
    assert (again.is_new, again.is_linked) == (False, True)
    desk.check(1)


def test_whoever_links_links_what_was_stored_meanwhile(
    open_desk: Callable[..., Desk],
) -> None:
    bulk, desk = open_desk(), open_desk(patience=0.0)
    bulk.over.ingest.take(
        read_posted(
            {
                "id": "b",
                "text": "Convoys left town number 1 on Monday, the Government of National Accord said.",
                "lang": "en",
                "published": DAY,
            }
        )
    )
    received: list[Received] = []

    def progress(*_: object) -> None:
        if not received:
            received.append(desk.post(1))

    bulk.over.linking.link_pending(progress)
    assert not received[0].is_linked
    bulk.check(2)


def test_a_decision_waits_for_its_consequences_no_longer_than_it_must(
    open_desk: Callable[..., Desk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.services.linking._PATIENCE", 0.05)
    desk = open_desk()
    with held(tmp_path):
        desk.over.linking.refresh()
    desk.post(1)
    desk.check(1)


def test_an_index_is_in_step_while_statements_wait_and_not_when_it_lacks_what_was_linked(
    open_desk: Callable[..., Desk],
) -> None:
    desk = open_desk()
    index, store = desk.over.index, desk.store
    assert is_in_step(index, store)
    desk.post(1)
    assert is_in_step(index, store)
    text = "Convoys left town number 1 on Monday, the Government of National Accord said."
    desk.over.ingest.take(read_posted({"id": "b", "text": text, "lang": "en", "published": DAY}))
    assert len(index) < store.count_vectors()
    assert is_in_step(index, store), "what waits is not missing"
    desk.over.linking.link_pending(lambda *_: None)
    assert len(index) == store.count_vectors() == 2
    index.remove(index.keys()[:1])
    assert not is_in_step(index, store)


def test_what_waits_and_is_indexed_already_does_not_make_up_for_what_is_missing(
    open_desk: Callable[..., Desk],
) -> None:
    desk = open_desk()
    index, store = desk.over.index, desk.store
    desk.post(1)
    desk.post(2)
    text = "Convoys left town number 1 on Monday, the Government of National Accord said."
    desk.over.ingest.take(read_posted({"id": "b", "text": text, "lang": "en", "published": DAY}))
    linked = index.keys()
    index.replace(store.all_vectors())
    assert is_in_step(index, store)
    index.remove(linked[:1])
    assert not is_in_step(index, store)
