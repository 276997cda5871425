"""The constructed events that the encoders are trained on say what they must."""

import runpy
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tracker.domain.conflicts import ConflictType
from tracker.registry.loading import load_registry

SCRIPTS = Path(__file__).parents[2] / "scripts"
FILES = sorted((SCRIPTS / "contested").glob("*.jsonl"))
READ = runpy.run_path(str(SCRIPTS / "constructed_events.py"))["read_constructed"]
PARTIES = {party.code for party in load_registry().parties}


def test_no_statement_stands_twice_and_no_event() -> None:
    every = [event for path in FILES for event in READ(path)]
    texts = Counter(one["text"] for event in every for one in event.statements)
    assert len(every) > 600
    assert [text for text, times in texts.items() if times > 1] == []
    assert len({event.id for event in every}) == len(every)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_event_is_told_by_known_parties_and_contested(path: Path) -> None:
    for event in READ(path):
        assert len(event.statements) >= 6, event.id
        assert {one["party"] for one in event.statements} <= PARTIES, event.id
        assert {one["lang"] for one in event.statements} <= {"en", "ar", "tr", "ru"}, event.id
        assert set(event.types.values()) <= {kind.value for kind in ConflictType}, event.id
        assert event.conflicts(), event.id
        taken = {(question, one["takes"][question]) for one in event.statements for question in one["takes"]}
        named = {
            (question, position)
            for question, excluded in event.excludes.items()
            for pair in excluded
            for position in pair
        }
        assert named <= taken, event.id


def test_positions_that_exclude_each_other_clash_between_parties_alone(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    path.write_text(
        '{"id": "e1", "about": "a gate", "questions": [{"id": "q1", "type": "control", "excludes": '
        '[["held", "lost"]]}], "statements": ['
        '{"party": "LNA", "takes": {"q1": "held"}}, {"party": "LNA", "takes": {"q1": "lost"}}, '
        '{"party": "GNA", "takes": {"q1": "lost"}}, {"party": "UN", "takes": {}}]}\n',
        encoding="utf-8",
    )
    (event,) = READ(path)
    conflicts: Any = event.conflicts()
    assert conflicts == {(0, 2): "control"}
