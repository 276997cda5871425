"""Where a place lies: a map of Libya drawn from outlines that are shipped, without anybody's tiles.

Outlines are those of Natural Earth at 1:110 million (public domain): right for the shape of the country, too
coarse for anything near a border. Parallels are spaced as at the latitude of the middle of the map.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from math import cos, radians
from pathlib import Path
from typing import Final

from tracker.domain.statements import NamedPlace, Place
from tracker.web.languages import DEFAULT, current_language

OUTLINES: Final = Path(__file__).parent / "outlines.json"
"""Rings of (longitude, latitude) by country."""

HOME: Final = "Libya"

_WEST, _EAST, _SOUTH, _NORTH = 8.7, 25.8, 19.2, 34.2
_SCALE = 40.0  # units of the drawing for a degree of latitude
_SQUEEZE = cos(radians((_SOUTH + _NORTH) / 2))
_KILOMETRES_OF_A_DEGREE = 111.2
_BAR_KILOMETRES = 200

WIDTH: Final = round((_EAST - _WEST) * _SQUEEZE * _SCALE)
HEIGHT: Final = round((_NORTH - _SOUTH) * _SCALE)
BAR: Final = round(_BAR_KILOMETRES / _KILOMETRES_OF_A_DEGREE * _SCALE, 1)

_TOWNS = {
    # By their id in the gazetteer; which side of the dot the name stands on, so that none lies on another.
    "geonames:2210247": "above",  # Tripoli
    "geonames:2214433": "below",  # Nalut
    "geonames:2214846": "after",  # Misrata
    "geonames:2210554": "below",  # Sirte
    "geonames:88319": "before",  # Benghazi
    "geonames:87205": "above",  # Derna
    "geonames:81302": "below",  # Tobruk
    "geonames:89113": "after",  # Ajdabiya
    "geonames:2217440": "after",  # Ghadames
    "geonames:2212775": "after",  # Sabha
    "geonames:2217351": "after",  # Ghat
    "geonames:88962": "before",  # Kufra
}
_NEAR = 9.0  # units: a town so near the place gives way to it
_TOWN_LETTER, _SPOT_LETTER = (11.0, 22.0), (14.0, 26.0)
"""Units: about how wide and high letters are, of towns and of the place, on the smallest screens."""


@dataclass(frozen=True, slots=True)
class MapPoint:
    """A point of the drawing, named in the reader's language. `side` is where its name stands."""

    name: str
    x: float
    y: float
    side: str


@dataclass(frozen=True, slots=True)
class EventMap:
    """A place on the map. `point` is None where it lies outside of what is drawn.

    `lands` and `home` are paths in units of the drawing: the countries around, and Libya.
    """

    place: Place
    name: str
    point: MapPoint | None
    towns: tuple[MapPoint, ...]
    lands: str = field(metadata={"json": False})
    home: str = field(metadata={"json": False})
    width: int = WIDTH
    height: int = HEIGHT
    bar: float = BAR
    bar_kilometres: int = _BAR_KILOMETRES


def draw_map(place: Place | None, gazetteer: Sequence[NamedPlace]) -> EventMap | None:
    """The map with a place on it; None where no place is known."""
    if place is None:
        return None
    entries = {entry.place.id: entry for entry in gazetteer}
    name = name_of(entries[place.id]) if place.id in entries else place.name
    x, y = project(place.longitude, place.latitude)
    inside = 0 <= x <= WIDTH and 0 <= y <= HEIGHT
    towns = [
        MapPoint(name_of(entries[key]), *project(found.longitude, found.latitude), side)
        for key, side in _TOWNS.items()
        if key in entries and (found := entries[key].place).id != place.id
    ]
    side = "before" if x > WIDTH * 0.7 else "after"
    point = MapPoint(name, x, y, side) if inside else None
    lands, home = _paths()
    return EventMap(
        place=place,
        name=name,
        point=point,
        towns=tuple(town for town in towns if point is None or not _gives_way(town, point)),
        lands=lands,
        home=home,
    )


def _gives_way(town: MapPoint, spot: MapPoint) -> bool:
    """Whether a town is left out, since it lies at the place or its name would lie on that of the place."""
    if abs(town.x - spot.x) + abs(town.y - spot.y) <= _NEAR:
        return True
    left, right, top, bottom = _box_of_name(town, _TOWN_LETTER, gap=7)
    spot_left, spot_right, spot_top, spot_bottom = _box_of_name(spot, _SPOT_LETTER, gap=16)
    return left < spot_right and spot_left < right and top < spot_bottom and spot_top < bottom


def _box_of_name(point: MapPoint, letter: tuple[float, float], *, gap: float) -> tuple[float, ...]:
    """Where a name is written: left, right, top and bottom."""
    width, height = len(point.name) * letter[0], letter[1]
    left = {"after": point.x + gap, "before": point.x - gap - width}.get(point.side, point.x - width / 2)
    middle = point.y + {"above": -14.0, "below": 14.0}.get(point.side, 0.0)
    return left, left + width, middle - height / 2, middle + height / 2


def name_of(entry: NamedPlace) -> str:
    """How the reader's language calls a place; its own name where the gazetteer does not say."""
    for code in (current_language().code, DEFAULT.code):
        if entry.names.get(code):
            return entry.names[code][0]
    return entry.place.name


def project(longitude: float, latitude: float) -> tuple[float, float]:
    """Units of the drawing, from its upper left corner."""
    return (
        round((longitude - _WEST) * _SQUEEZE * _SCALE, 1),
        round((_NORTH - latitude) * _SCALE, 1),
    )


@cache
def _paths() -> tuple[str, str]:
    outlines: dict[str, list[list[tuple[float, float]]]] = json.loads(OUTLINES.read_text(encoding="utf-8"))
    around = (ring for country, rings in outlines.items() if country != HOME for ring in rings)
    return "".join(map(_path, around)), "".join(map(_path, outlines[HOME]))


def _path(ring: Sequence[tuple[float, float]]) -> str:
    points = (project(longitude, latitude) for longitude, latitude in ring)
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "Z"
