from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.audit import START, AuditEntry, first_broken, seal

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def trail(reasons: list[str]) -> list[AuditEntry]:
    entries: list[AuditEntry] = []
    for number, reason in enumerate(reasons, 1):
        previous = entries[-1].sha256 if entries else START
        entry = AuditEntry(
            number, "amal", "judge", "conflict", "c1", NOON, None, '{"a":1}', reason, None, None, previous, ""
        )
        entries.append(replace(entry, sha256=seal(entry)))
    return entries


REASONS = st.lists(st.text(max_size=8), min_size=1, max_size=6)


@given(REASONS)
def test_a_trail_as_it_was_written_is_whole(reasons: list[str]) -> None:
    assert first_broken(trail(reasons)) is None


CHANGES: dict[str, object] = {
    "actor": "omar",
    "action": "merge",
    "subject_kind": "event",
    "subject_id": "c2",
    "at": NOON + timedelta(microseconds=1),
    "before": "{}",
    "after": None,
    "reason": "another\x00reason",
    "undoes": 1,
    "redoes": 1,
    "previous": "f" * 64,
    "id": 99,
}


@given(REASONS, st.data())
def test_whatever_is_changed_is_found(reasons: list[str], data: st.DataObject) -> None:
    entries = trail(reasons)
    place = data.draw(st.integers(0, len(entries) - 1))
    field = data.draw(st.sampled_from(sorted(CHANGES)))
    entries[place] = replace(entries[place], **{field: CHANGES[field]})  # type: ignore[arg-type]
    broken = first_broken(entries)
    assert broken is not None
    assert entries.index(broken) == place


@given(st.lists(st.text(max_size=8), min_size=2, max_size=6), st.data())
def test_whatever_is_taken_out_or_put_elsewhere_is_found(reasons: list[str], data: st.DataObject) -> None:
    entries = trail(reasons)
    place = data.draw(st.integers(0, len(entries) - 2))
    assert first_broken([*entries[:place], *entries[place + 1 :]]) is not None
    swapped = list(entries)
    swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]
    assert first_broken(swapped) is not None


def test_a_seal_does_not_depend_on_the_zone_of_its_time() -> None:
    (entry,) = trail(["clear"])
    there = replace(entry, at=entry.at.astimezone(timezone(timedelta(hours=3))))
    assert seal(there) == entry.sha256


def test_fields_cannot_run_into_each_other() -> None:
    (entry,) = trail(["clear"])
    assert seal(replace(entry, actor="ama", action="ljudge")) != entry.sha256
