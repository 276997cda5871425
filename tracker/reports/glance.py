"""The period in figures, beside those of the period before."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from tracker.domain.conflicts import Conflict, ConflictType, Judgement
from tracker.domain.reporting import Stored
from tracker.reports.choosing import Chosen
from tracker.reports.content import (
    Change,
    ConflictTally,
    EventSection,
    Glance,
    NewEvent,
    Source,
    Tally,
)
from tracker.reports.footnotes import numbers_of
from tracker.reports.sections import is_new


def conflicts_of(chosen: Chosen) -> list[Conflict]:
    """The conflicts of a period, rejected ones included."""
    return [conflict for event in chosen.events for conflict in event.here]


def glance(
    stored: Stored,
    now: Chosen,
    before: Chosen | None,
    sections: Sequence[EventSection],
    sources: Mapping[str, Source],
) -> Glance:
    """The period in figures. `before` is None where there is no period before; `sources` are by statement."""

    def change(count: Callable[[Chosen], int]) -> Change:
        return Change(count(now), count(before) if before else 0)

    conflicts = conflicts_of(now)
    judgements = [one.judgement for one in conflicts]
    cited = [source for source in sources.values() if source.of_period]
    constructed = [source for source in cited if source.document.constructed]
    judged = [stored.judged[one.id] for one in conflicts if one.id in stored.judged]
    return Glance(
        documents=change(lambda chosen: len(chosen.documents)),
        published=change(lambda chosen: len(chosen.published)),
        statements=change(lambda chosen: sum(len(event.of_period) for event in chosen.events)),
        events=change(lambda chosen: len(chosen.events)),
        happened=change(lambda chosen: sum(event.happened for event in chosen.events)),
        contested=change(lambda chosen: sum(bool(event.standing) for event in chosen.events)),
        conflicts=change(lambda chosen: sum(len(event.standing) for event in chosen.events)),
        new_conflicts=change(lambda chosen: _new_conflicts(chosen, stored)),
        confirmed=judgements.count(Judgement.CONFIRMED),
        rejected=judgements.count(Judgement.REJECTED),
        unsure=judgements.count(Judgement.UNSURE),
        open=judgements.count(Judgement.SUGGESTED),
        judged_in_period=sum(one.day in now.period for one in judged),
        cited=Tally("statements", len(cited), numbers_of(cited), 1.0),
        constructed=Tally(
            "constructed", len(constructed), numbers_of(constructed), len(constructed) / max(len(cited), 1)
        ),
        types=tuple(_types(conflicts, sources)),
        new_events=tuple(_new_events(sections)),
    )


def _new_conflicts(chosen: Chosen, stored: Stored) -> int:
    return sum(is_new(one, stored.told, chosen.period) for event in chosen.events for one in event.standing)


def _types(conflicts: Sequence[Conflict], sources: Mapping[str, Source]) -> Iterable[ConflictTally]:
    for kind in ConflictType:
        ours = [one for one in conflicts if one.verdict.type is kind]
        judgements = [one.judgement for one in ours]
        if ours:
            yield ConflictTally(
                type=kind,
                confirmed=judgements.count(Judgement.CONFIRMED),
                rejected=judgements.count(Judgement.REJECTED),
                unsure=judgements.count(Judgement.UNSURE),
                suggested=judgements.count(Judgement.SUGGESTED),
                numbers=numbers_of(sources[side] for one in ours for side in (one.one, one.other)),
            )


def _new_events(sections: Sequence[EventSection]) -> Iterable[NewEvent]:
    for one in sections:
        if one.is_new:
            event = one.event
            conflicts = one.conflicts - one.elsewhere
            yield NewEvent(event.id, event.title, event.title_language, conflicts, one.statements.numbers)
