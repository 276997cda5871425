"""What a desk adds to the registry of parties, and what may be wrong with it."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from tracker.domain.audit import AuditEntry
from tracker.domain.errors import TrackerError
from tracker.domain.parties import Names

NAME_LANGUAGES: Final = ("en", "ar", "tr", "ru")
"""Languages whose texts are searched for the names of parties and speakers."""

LONGEST_NAME: Final = 120
LONGEST_DESCRIPTION: Final = 500
MOST_NAMES: Final = 200

_CODE = re.compile(r"[A-Z][A-Z0-9]{1,15}")


class NameKind(StrEnum):
    """In which way words name a party (see `Party`); the key of the registry's file."""

    NAMES = "names"
    QUALIFIERS = "qualifiers"
    METONYMS = "metonyms"
    COMMON = "common"


@dataclass(frozen=True, slots=True)
class NewParty:
    """A party to be added; `foreign` and `since` as in `Party`."""

    code: str
    label: dict[str, str]
    description: str = ""
    allies: tuple[str, ...] = ()
    names: Names = field(default_factory=dict)
    foreign: bool = False
    since: date | None = None


@dataclass(frozen=True, slots=True)
class NewNames:
    """Names to be added to a party in one language."""

    party: str
    kind: NameKind
    language: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewSpeaker:
    """Somebody who speaks for a party; with the name and first day of a known one, in their stead."""

    party: str
    name: dict[str, str]
    short: Names = field(default_factory=dict)
    offices: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None


Addition = NewParty | NewNames | NewSpeaker


class RegistryFaultError(TrackerError):
    """What was to be added cannot be. `field` names which part of it, `fault` what is wrong with it.

    `about` is the word at fault where there is one, `party` the party that has it already.
    """

    def __init__(self, field: str, fault: str, about: str = "", party: str = "") -> None:
        super().__init__(f"{field}: {fault}" + (f" ({about})" if about else ""))
        self.field = field
        self.fault = fault
        self.about = about
        self.party = party


class RegistryChangedError(TrackerError):
    """The registry no longer ends as the edit left it that was to be taken back."""


@dataclass(frozen=True, slots=True)
class RegistryEdit:
    """An edit as the trail holds it. `taken_back_by` is the entry that undid it.

    `can_be_taken_back` is true for the last one that stands, where the file still ends with it.
    """

    entry: AuditEntry
    taken_back_by: AuditEntry | None
    can_be_taken_back: bool


def checked_code(code: str, known: frozenset[str]) -> str:
    """A new party's code. Raises RegistryFaultError."""
    code = code.strip()
    if not code:
        raise RegistryFaultError("code", "empty")
    if not _CODE.fullmatch(code):
        raise RegistryFaultError("code", "unfit", code)
    if code in known:
        raise RegistryFaultError("code", "taken", code)
    return code


def checked_name(name: str, field_name: str) -> str:
    """A name without needless space. Raises RegistryFaultError for what is no name.

    A trailing * stands for any ending, as in the registry's file.
    """
    name = " ".join(unicodedata.normalize("NFC", name).split())
    if len(name) > LONGEST_NAME:
        raise RegistryFaultError(field_name, "long", name[:LONGEST_NAME])
    if any(unicodedata.category(letter) in {"Cc", "Cf", "Co", "Cs", "Cn"} for letter in name):
        raise RegistryFaultError(field_name, "unfit", name)
    if not any(letter.isalnum() for letter in name):
        raise RegistryFaultError(field_name, "empty" if not name else "unfit", name)
    return name
