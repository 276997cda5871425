"""Texts for training the claim encoder: translations by people, and labelled statements by event."""

import gettext
import gzip
import io
import json
import random
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from constructed_events import read_constructed

OTHERS = ("ar", "tr", "ru")
_NTREX = {"en": "src.eng", "ar": "ref.arb", "tr": "ref.tur", "ru": "ref.rus"}
_CATALOGUE = re.compile(r"/(ar|tr|ru)/LC_MESSAGES/[a-z]+\.mo$")
_COMPONENT = re.compile(r"homeassistant/components/(.+)/translations/(?:([a-z]+)\.)?(en|ar|tr|ru)\.json$")
_FRONTEND = re.compile(r"static/translations/(?:(.*)/)?(en|ar|tr|ru)-[0-9a-f]+\.json\.gz$")
_MARKED_UP = re.compile(r"[{%<]|\$\(")
_SHORTEST, _LONGEST = 12, 200


@dataclass(frozen=True, slots=True)
class Translations:
    """English texts with their translations: `pairs[language]` holds (English, translation)."""

    pairs: Mapping[str, Sequence[tuple[str, str]]]

    def drawn(self, chance: random.Random, languages: Sequence[str], count: int) -> list[tuple[str, str]]:
        """Pairs at random, each of a language drawn from `languages`."""
        return [chance.choice(self.pairs[chance.choice(languages)]) for _ in range(count)]


def read_ntrex(folder: Path) -> Translations:
    """NTREX-128 (Federmann et al. 2022): news sentences, line by line in each language."""
    lines = {
        language: [line.strip() for line in (folder / f"newstest2019-{name}.txt").open(encoding="utf-8")]
        for language, name in _NTREX.items()
    }
    return Translations({one: list(zip(lines["en"], lines[one], strict=True)) for one in OTHERS})


def read_catalogues(folder: Path) -> Translations:
    """Short everyday sentences: the message catalogues in the wheels that lie in a folder.

    Reads gettext catalogues (.mo) and Home Assistant's JSON files. Messages with markup or places to fill
    in are left out.
    """
    found: dict[str, dict[str, str]] = {}
    for wheel in sorted(folder.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            for language, english, translation in (*_from_gettext(archive), *_from_json(archive)):
                if _is_plain(english) and translation and translation != english:
                    found.setdefault(" ".join(english.split()), {})[language] = " ".join(translation.split())
    pairs = {
        language: [(english, by[language]) for english, by in sorted(found.items()) if language in by]
        for language in OTHERS
    }
    return Translations(pairs)


def _is_plain(text: str) -> bool:
    return _SHORTEST <= len(text) <= _LONGEST and not _MARKED_UP.search(text)


def _from_gettext(archive: zipfile.ZipFile) -> Iterator[tuple[str, str, str]]:
    for name in sorted(archive.namelist()):
        language = _CATALOGUE.search(name)
        if language:
            catalogue = gettext.GNUTranslations(io.BytesIO(archive.read(name)))
            for english, translation in vars(catalogue)["_catalog"].items():
                if isinstance(english, str):
                    yield language[1], english.split("\x04")[-1], translation


def _from_json(archive: zipfile.ZipFile) -> Iterator[tuple[str, str, str]]:
    texts: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for name in sorted(archive.namelist()):
        component, page = _COMPONENT.search(name), _FRONTEND.search(name)
        if component:
            messages = json.loads(archive.read(name))
            texts[component[3]] |= _flat(messages, f"{component[1]}/{component[2] or ''}")
        elif page:
            messages = json.loads(gzip.decompress(archive.read(name)))
            texts[page[2]] |= _flat(messages, page[1] or "")
    for key, english in texts["en"].items():
        for language in OTHERS:
            if key in texts[language]:
                yield language, english, texts[language][key]


def _flat(messages: Mapping[str, Any], path: str) -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in messages.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{path}/{key}")
        elif isinstance(value, str):
            flat[f"{path}/{key}"] = value
    return flat


def read_judged(path: Path) -> list[tuple[str, str]]:
    """Pairs of English sentences that differ a little, from counterfactually augmented NLI (Kaushik 2020)."""
    with path.open(encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file][1:]
    return sorted({(row[0], row[1]) for row in rows if len(row) == 3})  # noqa: PLR2004


@dataclass(frozen=True, slots=True)
class Told:
    """A labelled statement: its words and the title of its document."""

    quote: str
    title: str


def read_events(split: Path) -> dict[str, list[Told]]:
    """The statements of each event that more than one statement tells of.

    `split` is the folder of a labelled split or a file of constructed events.
    """
    if split.is_file():
        return {
            event.id: [Told(one["text"], "") for one in event.statements] for event in read_constructed(split)
        }
    titles = {row["id"]: row["title"] or "" for row in _rows(split / "documents.jsonl")}
    events: defaultdict[str, list[Told]] = defaultdict(list)
    for row in _rows(split / "statements.jsonl"):
        if row["event"]:
            events[row["event"]].append(Told(row["quote"], titles[row["doc"]]))
    return {event: told for event, told in sorted(events.items()) if len(told) > 1}


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)
