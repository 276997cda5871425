"""Build the gazetteer: GeoNames and Who's On First, merged with the hand-written supplement.

The supplement comes first: it names a place as the news does, joins source ids (`id+id`), overrides what
it fills in and takes wrong or everyday words away (`not=WORD`). Other places keep what readers could meet.
"""

import argparse
import csv
import json
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

COLUMNS = ["id", "name", "kind", "latitude", "longitude", "within", "names"]
LANGUAGES = ["en", "ar", "tr", "ru", "und"]
COUNTRY = "geonames:2215636"
WOF_KINDS = {"region": "district", "locality": "town"}
SETTLEMENTS = {"city", "town", "neighbourhood"}
SHORTEST = 4  # letters of a transliterated name
SAME_PLACE_KM = 6.0
SAME_DISTRICT_KM = 30.0
TRIBE = ("قبيلة", "Qabilat", "Qabīlat")
ARABIC = re.compile(r"[\u0621-\u063a\u0641-\u064a ]+")
ARABIC_VOWEL_SIGNS = re.compile(r"[\u064b-\u0652]")
RUSSIAN = re.compile(r"[\u0401\u0410-\u042f][\u0401\u0410-\u044f\u0451 -]+")


@dataclass
class Place:
    """One place; `names` are (language, name) pairs, of which the first `written` are by hand."""

    ids: list[str]
    name: str
    kind: str
    at: tuple[float, float]
    names: list[tuple[str, str]]
    within: str = ""
    written: int = 0
    excluded: frozenset[str] = frozenset()

    def is_findable(self) -> bool:
        """Tell whether the names are more than a transliteration or a lone Arabic word."""
        if self.written or self.kind != "town":
            return bool(self.names)
        return any(lang != "und" and (lang != "ar" or " " in name) for lang, name in self.names)


def fold(name: str) -> str:
    """Reduce a name to what stays when marks, case, hyphens and apostrophes are ignored."""
    plain = re.sub(r"[^\w\s]", "", unicodedata.normalize("NFKD", name).replace("-", " "))
    return " ".join(plain.casefold().split())


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Approximate the distance of two points of one country."""
    return 111.2 * math.hypot(a[0] - b[0], (a[1] - b[1]) * math.cos(math.radians(a[0])))


def readable(name: str, language: str) -> Iterator[tuple[str, str]]:
    """Give (language, name) if the name is written as one of the four languages writes."""
    visible = (c for c in unicodedata.normalize("NFKC", name) if unicodedata.category(c) != "Cf")
    name = " ".join(ARABIC_VOWEL_SIGNS.sub("", "".join(visible)).split())
    plain = fold(name).replace(" ", "")
    capital = next((c for c in name if c.isalpha()), "").isupper()
    if name.startswith(TRIBE):
        return
    if ARABIC.fullmatch(name):
        yield "ar", name
    elif RUSSIAN.fullmatch(name):
        yield "ru", name
    # Neither another script, a code (QZL) nor a letter-by-letter transcription (Al'-Khums).
    elif plain.isascii() and plain.isalpha() and len(plain) >= SHORTEST and capital and "'-" not in name:
        yield (language if language in ("en", "tr") else "und"), name


def read_geonames(path: Path) -> Iterator[Place]:
    """Read the GeoNames table, sorted by id."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    for row in sorted(rows, key=lambda r: int(r["geonameid"])):
        names = [pair for name in (row["name"], *row["alternatenames"]) for pair in readable(name, "und")]
        at = (row["latitude"], row["longitude"])
        yield Place([f"geonames:{row['geonameid']}"], row["name"], "town", at, names)


def read_wof(path: Path) -> Iterator[Place]:
    """Read the Who's On First table, sorted by id."""
    with path.open(encoding="utf-8", newline="") as table:
        rows = sorted(csv.DictReader(table, delimiter="\t"), key=lambda r: int(r["wof_id"]))
    for row in rows:
        spellings = [(lang, name) for lang in LANGUAGES[:4] for name in row[lang].split("|")]
        spellings.append(("und", row["name"]))
        names = [pair for lang, name in spellings for pair in readable(name, lang)]
        ids = [f"wof:{row['wof_id']}"]
        if row["gn_id"] not in ("", "-1"):
            ids.append(f"geonames:{row['gn_id']}")
        at = (float(row["lat"]), float(row["lon"]))
        yield Place(ids, row["name"], WOF_KINDS.get(row["placetype"], row["placetype"]), at, names)


def read_supplement(path: Path, sources: list[Place]) -> Iterator[Place]:
    """Read the hand-written table; what it leaves empty comes from the source it names."""
    source = {i: place for place in reversed(sources) for i in place.ids}
    owner: dict[str, str] = {}
    with path.open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))
    for row in rows:
        items = [(i.partition("=")[0], i.partition("=")[2]) for i in row["names"].split("|")]
        names = [item for item in items if item[0] in LANGUAGES]
        for _, name in names:
            if owner.setdefault(fold(name), row["id"]) != row["id"]:
                raise SystemExit(f"{name} names both {owner[fold(name)]} and {row['id']}")
        ids = row["id"].split("+")
        is_placed = bool(row["latitude"])
        at = (float(row["latitude"]), float(row["longitude"])) if is_placed else source[ids[0]].at
        not_its = frozenset(fold(name) for lang, name in items if lang == "not")
        yield Place(ids, row["name"], row["kind"], at, names, row["within"], len(names), not_its)


def is_same(known: Place, new: Place) -> bool:
    """Tell whether two records share an id, or a name at nearly one point."""
    if not set(known.ids).isdisjoint(new.ids):
        return True
    if not {known.kind, new.kind} <= SETTLEMENTS or distance_km(known.at, new.at) > SAME_PLACE_KM:
        return False
    shared = {fold(name) for _, name in known.names} & {fold(name) for _, name in new.names}
    return not shared <= known.excluded


def merge(records: Iterable[Place]) -> list[Place]:
    """Join the records of one place; the first one wins, the later ones add their names."""
    places: list[Place] = []
    for record in records:
        known = next((place for place in places if is_same(place, record)), None)
        if known:
            known.ids += record.ids
            known.names += [pair for pair in record.names if fold(pair[1]) not in known.excluded]
        else:
            places.append(record)
    return places


def settle_names(places: list[Place]) -> None:
    """Leave a name to one place: as written, else the better known; of two hamlets, to neither."""
    owner = {fold(name): p.ids[0] for p in places for _, name in p.names[: p.written]}
    for place in sorted(places, key=lambda p: (not p.written, p.kind == "district")):
        for _, name in place.names:
            owner.setdefault(fold(name), place.ids[0])
    bearers = Counter(f for p in places if not p.written for f in {fold(name) for _, name in p.names})
    for place in places:
        mine = [pair for pair in place.names if owner[fold(pair[1])] == place.ids[0]]
        place.names = [p for p in mine if place.written or bearers[fold(p[1])] == 1]


def settle_districts(places: list[Place]) -> None:
    """Put a place that only a table knows into the district of the nearest hand-placed settlement."""
    placed = [p for p in places if p.kind in SETTLEMENTS and p.within.startswith("wof:")]
    for place in [p for p in places if not p.written]:
        near = min(placed, key=lambda p: distance_km(p.at, place.at))
        place.within = near.within if distance_km(near.at, place.at) <= SAME_DISTRICT_KM else COUNTRY


def as_row(place: Place) -> list[str]:
    """Lay a place out as a line of the gazetteer, each spelling once."""
    seen: set[tuple[str, str]] = set()
    items = []
    for lang, name in sorted(place.names, key=lambda pair: LANGUAGES.index(pair[0])):
        if (lang, fold(name)) not in seen:
            items.append(f"{lang}={name}")
            seen |= {(lang, fold(name)), ("und", fold(name))}
    plain = unicodedata.normalize("NFKD", place.name.replace("`", "")).encode("ascii", "ignore").decode()
    where = [f"{degrees:.4f}" for degrees in place.at]
    return [place.ids[0], plain, place.kind, *where, place.within, "|".join(items)]


def main() -> None:
    """Read the three tables and write the gazetteer."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--source", type=Path, default=Path("../shared/data/places"))
    parser.add_argument("--supplement", type=Path, default=Path("tracker/registry/places_supplement.tsv"))
    parser.add_argument("--out", type=Path, default=Path("tracker/registry/places.tsv"))
    options = parser.parse_args()
    sources = list(read_geonames(options.source / "geonames_LY.json"))
    sources += read_wof(options.source / "wof_ly_places.tsv")
    places = merge([*read_supplement(options.supplement, sources), *sources])
    settle_names(places)
    settle_districts(places)
    found = sorted((p for p in places if p.is_findable()), key=lambda p: (p.name, p.ids[0]))
    with options.out.open("w", encoding="utf-8", newline="") as table:
        writer = csv.writer(table, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE)
        writer.writerows([COLUMNS, *map(as_row, found)])
    print(f"{len(found)} places, {sum(len(p.names) for p in found)} spellings")


if __name__ == "__main__":
    main()
