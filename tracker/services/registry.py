"""Editing the registry of parties: a desk adds parties, names and speakers, and can take that back."""

import json
from collections.abc import Callable
from dataclasses import replace

from tracker.domain.audit import AuditEntry
from tracker.domain.errors import NotFoundError
from tracker.domain.parties import MANY_VOICES, Names, Party, Speaker
from tracker.domain.registry_edits import (
    LONGEST_DESCRIPTION,
    MOST_NAMES,
    NAME_LANGUAGES,
    Addition,
    NewNames,
    NewParty,
    NewSpeaker,
    RegistryChangedError,
    RegistryEdit,
    RegistryFaultError,
    checked_code,
    checked_name,
)
from tracker.language.folding import fold
from tracker.services.registry_ports import KnownParties, RegistryEdits, RegistryFile

REMEMBERED = 20
"""How many of the last edits are shown, and can be taken back one after the other."""

_BLOCK = "parties.toml"
"""Under which key an entry of the trail keeps the block that an edit added."""

Checked = Callable[[KnownParties], Addition]
"""Checks an addition against the registry as it stands; raises RegistryFaultError."""


class RegistryService:
    """The registry as people see and edit it. Each edit takes `by`, who makes it, and `reason`."""

    def __init__(self, file: RegistryFile, edits: RegistryEdits) -> None:
        self._file = file
        self._edits = edits

    def parties(self) -> tuple[Party, ...]:
        """All parties as they stand this moment."""
        return self._file.now(at_once=True).parties

    def speakers(self, party: str) -> tuple[Speaker, ...]:
        """Those who speak for a party, in the order of the registry."""
        return tuple(one for one in self._file.now().speakers if one.party == party)

    def add_party(self, new: NewParty, *, by: str, reason: str = "") -> AuditEntry:
        """Add a party. Raises RegistryFaultError."""
        return self._add("add_party", new.code, lambda known: _checked_party(new, known), by, reason)

    def add_names(self, new: NewNames, *, by: str, reason: str = "") -> AuditEntry:
        """Add names to a party. Raises RegistryFaultError."""
        return self._add("add_names", new.party, lambda known: _checked_names(new, known), by, reason)

    def add_speaker(self, new: NewSpeaker, *, by: str, reason: str = "") -> AuditEntry:
        """Add somebody who speaks for a party. Raises RegistryFaultError."""
        return self._add("add_speaker", new.party, lambda known: _checked_speaker(new, known), by, reason)

    def edits(self) -> tuple[RegistryEdit, ...]:
        """The last edits, the latest first, without those that take others back."""
        history = self._edits.history(2 * REMEMBERED)
        taken_back = {one.undoes: one for one in history if one.undoes is not None}
        found: list[RegistryEdit] = []
        standing = self._file.read()
        is_next = True
        for entry in history:
            if entry.undoes is None:
                stands = entry.id not in taken_back
                can = is_next and stands and bool(_block(entry)) and standing.endswith(_block(entry))
                found.append(RegistryEdit(entry, taken_back.get(entry.id), can))
                is_next = is_next and not stands
        return tuple(found[:REMEMBERED])

    def take_back(self, number: int, *, by: str, reason: str = "") -> AuditEntry:
        """Let the registry stand as it was before an edit, the last one that stands.

        Raises NotFoundError for no such edit, RegistryChangedError where others have been made since. What
        was stored of a party that is taken away stays: statements may name it.
        """
        edit = next((one for one in self.edits() if one.entry.id == number), None)
        if edit is None:
            raise NotFoundError(f"the registry has no edit {number}")
        entry = edit.entry
        if not edit.can_be_taken_back:
            raise RegistryChangedError(f"the registry has been changed since edit {number}")

        def change(text: str) -> str:
            if not text.endswith(_block(entry)):
                raise RegistryChangedError(f"the registry has been changed since edit {number}")
            return text.removesuffix(_block(entry))

        return self._edits.edit(
            change, action="undo", party=entry.subject_id, actor=by, reason=reason, undoes=number
        )

    def _add(self, action: str, party: str, checked: Checked, by: str, reason: str) -> AuditEntry:
        reason = " ".join(reason.split())

        def change(text: str) -> str:
            addition = checked(self._file.check(text))
            return self._file.added(text, addition, f"{action} by {by}" + (f": {reason}" if reason else ""))

        return self._edits.edit(change, action=action, party=party.strip(), actor=by, reason=reason)


def _checked_party(new: NewParty, known: KnownParties) -> NewParty:
    codes = frozenset(party.code for party in known.parties)
    code = checked_code(new.code, codes)
    label = {
        language: checked_name(name, f"label_{language}") for language, name in new.label.items() if name
    }
    if "en" not in label:
        raise RegistryFaultError("label_en", "empty")
    if len(new.description) > LONGEST_DESCRIPTION:
        raise RegistryFaultError("description", "long")
    for ally in new.allies:
        if ally not in codes or ally in MANY_VOICES:
            raise RegistryFaultError("allies", "unknown", ally)
    names = {language: _free(code, language, forms, known) for language, forms in new.names.items() if forms}
    if not names:
        raise RegistryFaultError("names_en", "none")
    description = " ".join(new.description.split())
    return replace(new, code=code, label=label, description=description, names=names)


def _checked_names(new: NewNames, known: KnownParties) -> NewNames:
    party = _party(new.party, known)
    if new.language not in NAME_LANGUAGES:
        raise RegistryFaultError("language", "unknown", new.language)
    forms = _free(party.code, new.language, new.names, known, field="names")
    if not forms:
        raise RegistryFaultError("names", "none")
    have = {fold(form) for form in getattr(party, new.kind).get(new.language, ())}
    fresh = tuple(form for form in forms if fold(form) not in have)
    if not fresh:
        raise RegistryFaultError("names", "known", forms[0])
    return replace(new, party=party.code, names=fresh)


def _checked_speaker(new: NewSpeaker, known: KnownParties) -> NewSpeaker:
    party = _party(new.party, known)
    name = {language: checked_name(form, f"name_{language}") for language, form in new.name.items() if form}
    if "en" not in name:
        raise RegistryFaultError("name_en", "empty")
    if new.since and new.until and new.until < new.since:
        raise RegistryFaultError("until", "reversed")
    short: Names = {
        language: tuple(checked_name(form, f"short_{language}") for form in forms)
        for language, forms in new.short.items()
        if forms
    }
    offices = tuple(checked_name(office, "offices") for office in new.offices)
    return NewSpeaker(party.code, name, short, offices, new.since, new.until)


def _party(code: str, known: KnownParties) -> Party:
    found = next((party for party in known.parties if party.code == code), None)
    if found is None:
        raise RegistryFaultError("party", "unknown", code)
    return found


def _free(
    code: str, language: str, forms: tuple[str, ...], known: KnownParties, field: str = ""
) -> tuple[str, ...]:
    """Names that name no other party in that language, each once. Raises RegistryFaultError."""
    where = field or f"names_{language}"
    if len(forms) > MOST_NAMES:
        raise RegistryFaultError(where, "many")
    checked = tuple(dict.fromkeys(checked_name(form, where) for form in forms))
    for party in known.parties:
        taken = {fold(form) for form in party.names.get(language, ())}
        double = next((form for form in checked if fold(form) in taken), None)
        if double is not None and party.code != code:
            raise RegistryFaultError(where, "taken", double, party.code)
    return checked


def _block(entry: AuditEntry) -> str:
    """What an edit added at the end of the desk's file."""
    return str(json.loads(entry.after or "{}").get(_BLOCK, ""))
