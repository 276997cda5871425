"""The desk of events and statements over what stands in memory."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace

from memory_decisions import MemoryDecisions
from room_library import FakeLibrary

from tracker.domain.decisions import Aspect, SubjectKind, Value
from tracker.domain.events import Event
from tracker.domain.statements import NamedPlace, Place, Statement

GAZETTEER = (
    NamedPlace(
        Place("p1", "Wadi Sidra bridge", "bridge", 31.25, 16.5, "p2"),
        {"en": ("Wadi Sidra bridge",), "ar": ("جسر وادي السدرة",)},
    ),
    NamedPlace(Place("p2", "Qasr Sidra", "town", 31.2, 16.4), {"en": ("Qasr Sidra",), "ar": ("قصر السدرة",)}),
    NamedPlace(Place("p3", "Ras Lahma", "town", 32.9, 21.9), {"en": ("Ras Lahma",), "tr": ("Ras Lahma",)}),
    NamedPlace(Place("p4", "Bir Zuhr", "town", 27.1, 14.2), {"en": ("Bir Zuhr", "Zuhr")}),
    NamedPlace(Place("p5", "Bir Zuhr", "oilfield", 28.1, 15.2), {"en": ("Bir Zuhr",)}),
    NamedPlace(
        Place("geonames:2210247", "Tripoli", "city", 32.8874, 13.1873),
        {"en": ("Tripoli",), "ar": ("طرابلس",), "tr": ("Trablus",)},
    ),
)

_ANNOTATIONS = {Aspect.GRADE, Aspect.ASSIGNEE, Aspect.NOTE}


def standing_values(statement: Statement) -> dict[Aspect, Value]:
    """What stands of a statement beside who puts it forward, as decisions keep it."""
    place, day = statement.place, statement.date
    nowhere = {"start": None, "end": None}
    return {
        Aspect.POLARITY: str(statement.polarity),
        Aspect.PLACE: place and {"place": place.place.id, "found": str(place.found), **nowhere},
        Aspect.DATE: day
        and {
            "day": day.day.isoformat(),
            "precision": str(day.precision),
            "found": str(day.found),
            **nowhere,
        },
        Aspect.FIGURES: [
            {
                "kind": str(figure.kind),
                "low": figure.low,
                "high": figure.high,
                "start": figure.span.start,
                "end": figure.span.end,
                "counted": figure.counted,
                "side": figure.side,
            }
            for figure in statement.figures
        ],
    }


@dataclass
class FakeDesk:
    """The EventDesk protocol: all events lie near one another, by id."""

    decided: MemoryDecisions
    library: FakeLibrary

    def annotations(self, kind: SubjectKind, subject: str) -> Mapping[str, Value]:
        return {
            key.aspect: value
            for key, value in self.decided.values_now.items()
            if (key.kind, key.id) == (kind, subject)
            and key.aspect.partition(":")[0] in _ANNOTATIONS
            and value is not None
        }

    def state(self) -> Hashable:
        return object()

    def near(self, event: Event, size: int) -> list[tuple[Event, int]]:
        others = [one for key, one in sorted(self.library.all_events.items()) if key != event.id]
        return [(replace(one, members=()), len(one.members)) for one in others[:size]]
