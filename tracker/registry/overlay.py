"""What a desk adds to the shipped registry: a file of the same format in TRACKER_HOME, read after it.

A party of a new code is added. An entry under a known code adds its names to those of the party, and its
label, description, allies and foreign stand in place of the party's. A person is added; one with the name,
party and first day of a known one takes that one's place. A file may name a party several times: each edit
of the desk is a block of its own at the end, so that the file tells what was added when, and can be edited
by hand.
"""

import json
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from tracker.domain.errors import SettingsError
from tracker.domain.parties import Names, Party, Speaker
from tracker.domain.registry_edits import NAME_LANGUAGES, Addition, NameKind, NewNames, NewParty
from tracker.language.folding import fold
from tracker.registry.loading import Registry, party_of, speaker_of

OVERLAY = "parties.toml"
"""The name of the file in TRACKER_HOME."""

_KEYS = {
    "party": {"code", "label", "description", "allies", "foreign", "from", *NameKind},
    "person": {"party", "name", "short", "offices", "from", "until", "to"},
}


def with_overlay(registry: Registry, text: str, origin: str) -> Registry:
    """The registry with what a desk's file adds. Raises SettingsError that names `origin` and the entry."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{origin}: {error}") from error
    _check_keys(data, origin)
    parties = {party.code: party for party in registry.parties}
    for entry in data.get("party", ()):
        code = entry.get("code", "?")
        known = parties.get(code)
        added = party_of({"label": known.label, **entry} if known else entry, origin)
        _check_names(added, parties.values(), origin)
        parties[added.code] = _joined(known, added, entry) if known else added
    for party in parties.values():
        stranger = next((code for code in party.allies if code not in parties), None)
        if stranger is not None:
            raise SettingsError(f"{origin}: party {party.code}: its ally {stranger} is no party")
    speakers = {_key(speaker): speaker for speaker in registry.speakers}
    for entry in data.get("person", ()):
        speaker = speaker_of(entry, origin)
        _check_speaker(speaker, parties, origin)
        speakers[_key(speaker)] = speaker
    return Registry(tuple(parties.values()), tuple(speakers.values()))


def with_addition(text: str, addition: Addition, note: str) -> str:
    """The file's text with a block for an addition at its end; `note` becomes a comment above it."""
    lines = [f"# {line}" for line in note.splitlines()]
    if isinstance(addition, NewParty):
        lines += _party_lines(addition)
    elif isinstance(addition, NewNames):
        names = {addition.language: addition.names}
        lines += ["[[party]]", f"code = {_toml(addition.party)}", f"{addition.kind} = {_toml(names)}"]
    else:
        lines += ["[[person]]", f"party = {_toml(addition.party)}", f"name = {_toml(addition.name)}"]
        lines += [f"short = {_toml(addition.short)}"] if addition.short else []
        lines += [f"offices = {_toml(addition.offices)}"] if addition.offices else []
        lines += [f"from = {addition.since.isoformat()}"] if addition.since else []
        lines += [f"until = {addition.until.isoformat()}"] if addition.until else []
    # What stands there stays to the letter, so that taking the block away leaves it as it was.
    apart = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    return text + apart + "\n".join(lines) + "\n"


def _party_lines(party: NewParty) -> list[str]:
    lines = ["[[party]]", f"code = {_toml(party.code)}", f"label = {_toml(party.label)}"]
    lines += [f"description = {_toml(party.description)}"] if party.description else []
    lines += [f"allies = {_toml(party.allies)}"] if party.allies else []
    lines += ["foreign = true"] if party.foreign else []
    lines += [f"from = {party.since.isoformat()}"] if party.since else []
    return [*lines, f"names = {_toml(party.names)}"] if party.names else lines


def _toml(value: object) -> str:
    """A value as TOML writes it: a string, a list of them, or an inline table by language."""
    if isinstance(value, str):
        # What JSON escapes in a string, TOML escapes in the same way.
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(part)}" for key, part in value.items()) + " }"
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(part) for part in value) + "]"
    raise TypeError(f"{value!r} is nothing that the registry holds")


def _check_keys(data: Mapping[str, Any], origin: str) -> None:
    for table, entries in data.items():
        if table not in _KEYS or not isinstance(entries, list):
            raise SettingsError(f"{origin}: there is no table {table} here: only [[party]] and [[person]]")
        for entry in entries:
            unknown = sorted(set(entry) - _KEYS[table])
            if unknown:
                name = entry.get("code") or entry.get("name", "?")
                raise SettingsError(f"{origin}: {table} {name}: there is no {unknown[0]}")


def _check_names(added: Party, parties: Iterable[Party], origin: str) -> None:
    """Refuse names in languages that nobody reads, and those that name another party already."""
    for kind in NameKind:
        names: Names = getattr(added, kind)
        strange = sorted(set(names) - set(NAME_LANGUAGES))
        if strange:
            raise SettingsError(f"{origin}: party {added.code}: no text is read in {strange[0]}")
    for party in parties:
        if party.code == added.code:
            continue
        for language, forms in added.names.items():
            taken = {fold(form) for form in party.names.get(language, ())}
            double = next((form for form in forms if fold(form) in taken), None)
            if double is not None:
                raise SettingsError(
                    f"{origin}: party {added.code}: “{double}” names the party {party.code} already"
                )


def _check_speaker(speaker: Speaker, parties: Mapping[str, Party], origin: str) -> None:
    name = speaker.name.get("en") or next(iter(speaker.name.values()), "?")
    if speaker.party not in parties:
        raise SettingsError(f"{origin}: {name} speaks for {speaker.party}, which is no party")
    if speaker.since and speaker.until and speaker.until < speaker.since:
        raise SettingsError(f"{origin}: {name}: the last day lies before the first")


def _joined(known: Party, added: Party, entry: Mapping[str, Any]) -> Party:
    return Party(
        code=known.code,
        label={**known.label, **added.label},
        description=added.description if "description" in entry else known.description,
        allies=added.allies if "allies" in entry else known.allies,
        names=_union(known.names, added.names),
        qualifiers=_union(known.qualifiers, added.qualifiers),
        metonyms=_union(known.metonyms, added.metonyms),
        common=_union(known.common, added.common),
        foreign=added.foreign if "foreign" in entry else known.foreign,
        since=added.since if "from" in entry else known.since,
    )


def _union(known: Names, added: Names) -> Names:
    return {
        language: tuple(dict.fromkeys((*known.get(language, ()), *added.get(language, ()))))
        for language in dict.fromkeys((*known, *added))
    }


def _key(speaker: Speaker) -> tuple[object, ...]:
    """What makes a speaker one and the same, as in the database."""
    name = speaker.name.get("en") or next(iter(speaker.name.values()), "")
    return speaker.party, name, speaker.since
