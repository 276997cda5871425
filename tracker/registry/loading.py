"""Reading the registry's files into domain objects."""

import csv
import tomllib
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tracker.domain.errors import SettingsError
from tracker.domain.parties import Party, Speaker
from tracker.domain.statements import NamedPlace, Place

PARTIES = Path(__file__).with_name("parties.toml")
PLACES = Path(__file__).with_name("places.tsv")


@dataclass(frozen=True, slots=True)
class Registry:
    """Parties in the order in which pages show them, and those who speak for them."""

    parties: tuple[Party, ...]
    speakers: tuple[Speaker, ...]


def load_registry(path: Path = PARTIES) -> Registry:
    """Read the party registry. Raises SettingsError that names the file and the entry at fault."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from error
    parties = tuple(party_of(entry, path) for entry in data.get("party", ()))
    counts = Counter(party.code for party in parties)
    codes = set(counts)
    twice = [code for code, count in counts.items() if count > 1]
    if twice:
        raise SettingsError(f"{path}: party {twice[0]} stands there twice")
    speakers = tuple(speaker_of(entry, path) for entry in data.get("person", ()))
    for speaker in speakers:
        if speaker.party not in codes:
            raise SettingsError(f"{path}: {speaker.name} speaks for {speaker.party}, which is no party there")
    return Registry(parties, speakers)


def party_of(entry: Mapping[str, Any], path: Path | str) -> Party:
    """The party of an entry. Raises SettingsError that names `path` and the party."""
    try:
        return Party(
            code=entry["code"],
            label=_by_language(entry["label"]),
            description=entry.get("description", ""),
            allies=tuple(entry.get("allies", ())),
            foreign=bool(entry.get("foreign", False)),
            since=_day(entry.get("from")),
            names=_names(entry.get("names", {})),
            qualifiers=_names(entry.get("qualifiers", {})),
            metonyms=_names(entry.get("metonyms", {})),
            common=_names(entry.get("common", {})),
        )
    except KeyError as error:
        raise SettingsError(f"{path}: party {entry.get('code', '?')} lacks {error}") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise SettingsError(f"{path}: party {entry.get('code', '?')}: {error}") from error


def speaker_of(entry: Mapping[str, Any], path: Path | str) -> Speaker:
    """The speaker of an entry. Raises SettingsError that names `path` and the person."""
    try:
        return Speaker(
            party=entry["party"],
            name=_by_language(entry["name"]),
            short=_names(entry.get("short", {})),
            offices=tuple(entry.get("offices", ())),
            since=_day(entry.get("from")),
            until=_day(entry.get("until") or entry.get("to")),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SettingsError(f"{path}: person {entry.get('name', '?')}: {error}") from error


def _day(value: object) -> date | None:
    if value is None or isinstance(value, date):
        return value
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no day")
    return date.fromisoformat(value)


def _by_language(table: object) -> dict[str, str]:
    if not isinstance(table, dict) or not all(isinstance(name, str) for name in table.values()):
        raise TypeError(f"a table of names by language is needed, not {table!r}")
    return table


def _names(table: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(table, dict) or not all(isinstance(names, list) for names in table.values()):
        raise TypeError(f"lists of names by language are needed, not {table!r}")
    return {language: tuple(names) for language, names in table.items()}


def load_places(path: Path = PLACES) -> tuple[NamedPlace, ...]:
    """Read the gazetteer. Raises SettingsError that names the file and the line at fault."""
    places: list[NamedPlace] = []
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE), 2):
                places.append(_place(row, f"{path}:{number}"))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SettingsError(f"{path}: {error}") from error
    return tuple(places)


def _place(row: Mapping[str, str], origin: str) -> NamedPlace:
    names: defaultdict[str, list[str]] = defaultdict(list)
    try:
        for named in filter(None, (row["names"] or "").split("|")):
            language, _, name = named.partition("=")
            names[language].append(name)
        place = Place(
            id=row["id"],
            name=row["name"],
            kind=row["kind"],
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
            within=row["within"] or None,
        )
    except KeyError as error:
        raise SettingsError(f"{origin}: there is no column {error}") from error
    except (TypeError, ValueError) as error:
        raise SettingsError(f"{origin}: {error}") from error
    return NamedPlace(place, {language: tuple(found) for language, found in names.items()})
