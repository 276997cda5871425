"""What it takes to put statements into another event: memberships, verdicts on pairs, and where ids lead."""

from collections import defaultdict
from collections.abc import Sequence

from tracker.domain.decisions import Aspect, Key, SubjectKind, Value
from tracker.domain.errors import NotFoundError, TrackerError
from tracker.domain.identifiers import event_id
from tracker.events.arranging import pair_of, verdicts_of_move
from tracker.services.decision_ports import DecisionSession


def standing_event(session: DecisionSession, event: str) -> str:
    """The event that an id leads to. Raises NotFoundError where no statement stands in it."""
    found = event
    while (successor := session.value(Key(SubjectKind.EVENT, found, Aspect.REDIRECT))) is not None:
        found = str(successor)
    if not session.members(found):
        raise NotFoundError(f"no event is stored under {event}")
    return found


def plan_move(
    session: DecisionSession, statements: Sequence[str], event: str | None, *, by: str
) -> dict[Key, Value]:
    """The values that stand once `statements` are in `event`, or in a new event where it is None.

    Raises TrackerError for statements that cannot be moved so.
    """
    homes = _homes(session, statements)
    if event is not None:
        target = standing_event(session, event)
        homes = {home: moved for home, moved in homes.items() if home != target}
        members = session.members(target)
    else:
        if len(homes) != 1:
            raise TrackerError("a new event is parted from one event, these statements stand in several")
        (source, moved), members = next(iter(homes.items())), []
        if len(moved) == len(session.members(source)):
            raise TrackerError("these are all the statements of the event: there is nothing to part")
        target = _new_event(session, moved, source)
    return _values(session, homes, target, members, by=by)


def _homes(session: DecisionSession, statements: Sequence[str]) -> dict[str, list[str]]:
    """The statements by the event they stand in."""
    homes: defaultdict[str, list[str]] = defaultdict(list)
    for one in sorted(set(statements)):
        standing = session.value(Key(SubjectKind.STATEMENT, one, Aspect.EVENT))
        if not isinstance(standing, dict):
            raise TrackerError(f"statement {one} has not been linked yet")
        homes[str(standing["event"])].append(one)
    return dict(homes)


def _new_event(session: DecisionSession, moved: Sequence[str], source: str) -> str:
    """An id that no event has ever had, which leads to the event it is parted from until it is filled."""
    number = 0
    candidates = [event_id(one) for one in moved]
    while not candidates or session.knows_event(candidates[0]):
        candidates = candidates[1:]
        if not candidates:
            number += 1
            candidates = [event_id(f"{moved[0]} {number}")]
    session.open_event(candidates[0], source)
    return candidates[0]


def _values(
    session: DecisionSession,
    homes: dict[str, list[str]],
    target: str,
    members: Sequence[str],
    *,
    by: str,
) -> dict[Key, Value]:
    wanted: dict[Key, Value] = {}
    inside = list(members)
    before = {home: session.members(home) for home in homes}
    everyone = [*inside, *(one for stood in before.values() for one in stood)]
    verdicts = session.verdicts(everyone)
    for home, moved in homes.items():
        left = [one for one in before[home] if one not in set(moved)]
        among = {*inside, *before[home]}
        standing = {pair: verdict for pair, verdict in verdicts.items() if among.issuperset(pair)}
        for pair, verdict in verdicts_of_move(moved, inside, left, standing).items():
            key = Key(SubjectKind.PAIR, " ".join(pair), Aspect.LINK)
            wanted[key] = None if verdict is None else str(verdict)
            if verdict is None:
                verdicts.pop(pair_of(*pair), None)
            else:
                verdicts[pair] = verdict
        for one in moved:
            membership = {"event": target, "score": 1.0, "reason": f"put here by {by}"}
            wanted[Key(SubjectKind.STATEMENT, one, Aspect.EVENT)] = membership
        if not left:
            wanted[Key(SubjectKind.EVENT, home, Aspect.REDIRECT)] = target
        inside += moved
    if homes and not members:
        wanted[Key(SubjectKind.EVENT, target, Aspect.REDIRECT)] = None
    return wanted
