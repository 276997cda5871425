"""What people decided, apart from what the machine suggests."""

from collections.abc import Iterable, Mapping, Sequence

from tracker.domain.conflicts import Judgement
from tracker.domain.decisions import CORRECTIONS
from tracker.domain.reporting import Judged
from tracker.reports.choosing import ChosenEvent
from tracker.reports.content import CitedConflict, CorrectionShown, Decided
from tracker.reports.sections import Desk


def decided(
    events: Sequence[ChosenEvent], desk: Desk, corrected: Mapping[str, Mapping[str, Judged]]
) -> Decided:
    """The conflicts of the period that people judged, and the statements of it that they set right."""
    every = [one for event in events for one in event.here]
    judged = [desk.cited(one) for one in every if one.judgement is not Judgement.SUGGESTED]
    return Decided(
        conflicts=tuple(sorted(judged, key=_place)),
        suggested=len(every) - len(judged),
        corrections=tuple(_corrections(events, desk, corrected)),
    )


def _place(one: CitedConflict) -> tuple[bool, int, str]:
    """In the order of the acts; judgements that no act is known of, last."""
    return one.judged is None, one.judged.entry if one.judged else 0, one.conflict.id


def _corrections(
    events: Sequence[ChosenEvent], desk: Desk, corrected: Mapping[str, Mapping[str, Judged]]
) -> Iterable[CorrectionShown]:
    for event in events:
        for told in event.told:
            acts = corrected.get(told.statement.id, {}) if told.statement.id in event.of_period else {}
            for aspect in CORRECTIONS:
                if aspect in acts:
                    yield CorrectionShown(desk.footnotes.cite(told), str(aspect), acts[aspect])
