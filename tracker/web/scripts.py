"""Names by the script that they are written in."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tracker.domain.parties import Names


class Script(StrEnum):
    """The scripts of the languages that are read, and any other."""

    LATIN = "latin"
    ARABIC = "arabic"
    CYRILLIC = "cyrillic"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class NameInScript:
    """A name and the language it stands under; "und" for none in particular."""

    name: str
    language: str


@dataclass(frozen=True, slots=True)
class ScriptNames:
    """All names in one script, in the order given, each once."""

    script: Script
    names: tuple[NameInScript, ...]


def script_of(name: str) -> Script:
    """The script of the first letter of a name."""
    for letter in name:
        if letter.isalpha():
            kind = unicodedata.name(letter, "").partition(" ")[0].lower()
            return Script(kind) if kind in set(Script) else Script.OTHER
    return Script.OTHER


def by_script(names: Names | Mapping[str, tuple[str, ...]]) -> tuple[ScriptNames, ...]:
    """Names by language to names by script, in the order of the scripts; empty scripts are left out."""
    return _grouped(
        NameInScript(name, language) for language, forms in names.items() for name in forms if name
    )


def _grouped(names: Iterable[NameInScript]) -> tuple[ScriptNames, ...]:
    found: defaultdict[Script, dict[str, NameInScript]] = defaultdict(dict)
    for one in names:
        found[script_of(one.name)].setdefault(one.name, one)
    return tuple(ScriptNames(script, tuple(found[script].values())) for script in Script if script in found)
