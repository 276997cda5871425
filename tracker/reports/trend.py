"""Conflicts over the periods up to this one, for charts."""

from collections import Counter
from collections.abc import Sequence

from tracker.domain.reporting import Clash
from tracker.reports.content import TrendPoint
from tracker.reports.period import Period

PERIODS = 8
"""How many periods the charts show, this one included."""


def periods_up_to(period: Period) -> list[Period]:
    """The periods that the charts show, the earliest first."""
    backward = (period.back(times) for times in reversed(range(PERIODS)))
    return [one for one in backward if one is not None]


def trend(period: Period, clashes: Sequence[Clash]) -> tuple[TrendPoint, ...]:
    """The conflicts whose later statement was published in each period, whatever a report is held to."""
    return tuple(_point(one, clashes) for one in periods_up_to(period))


def _point(period: Period, clashes: Sequence[Clash]) -> TrendPoint:
    ours = [clash for clash in clashes if clash.day is not None and clash.day in period]
    types = Counter(clash.type for clash in ours)
    parties = Counter(party for clash in ours for party in set(clash.parties))
    return TrendPoint(
        first=period.first,
        last=period.last,
        conflicts=len(ours),
        types=dict(sorted(types.items())),
        parties=dict(sorted(parties.items())),
    )
