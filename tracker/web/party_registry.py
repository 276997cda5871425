"""Editing the registry of parties: administrators add parties, names and speakers, and can take that back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from flask import Blueprint, flash, g, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from tracker.domain.audit import AuditEntry
from tracker.domain.parties import MANY_VOICES, Names
from tracker.domain.registry_edits import (
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    NAME_LANGUAGES,
    NameKind,
    NewNames,
    NewParty,
    NewSpeaker,
    RegistryChangedError,
    RegistryEdit,
    RegistryFaultError,
)
from tracker.web.languages import gettext as _
from tracker.web.pages import add_page, show_page
from tracker.web.party_labels import PartyLabel, label_parties
from tracker.web.reading_room import ReadingRoom

_TEMPLATE = "parties/registry.html"
_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a field: a word that the template knows, about what, and which party has it."""

    fault: str
    about: str = ""
    party: str = ""


@dataclass(frozen=True, slots=True)
class RegistryPage:
    """What templates/parties/registry.html shows.

    `form` names the form that `faults` and `typed` belong to: party, names, speaker or undo. `chosen_allies`
    are the allies that were ticked in it.
    """

    parties: tuple[PartyLabel, ...]
    sides: tuple[PartyLabel, ...]
    edits: tuple[RegistryEdit, ...]
    chosen: str
    form: str = ""
    faults: Mapping[str, Fault] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    chosen_allies: tuple[str, ...] = ()
    languages: tuple[str, ...] = NAME_LANGUAGES
    kinds: tuple[NameKind, ...] = tuple(NameKind)
    longest_name: int = LONGEST_NAME
    longest_description: int = LONGEST_DESCRIPTION


def add_party_registry(blueprint: Blueprint, room: ReadingRoom) -> None:
    """Answer `/parties/registry?party=…`, and take additions."""

    def page(**changes: object) -> RegistryPage:
        room.registry.parties()  # what was added a moment ago is there at once
        labels = label_parties(room.parties)
        chosen = request.args.get("party") or request.form.get("party", "")
        return RegistryPage(
            parties=tuple(labels.values()),
            sides=tuple(label for code, label in labels.items() if code not in MANY_VOICES),
            edits=room.registry.edits(),
            chosen=chosen if chosen in labels else "",
            **changes,  # type: ignore[arg-type]
        )

    def take(form: str, act: Callable[[], AuditEntry], message: str) -> Response:
        try:
            entry = act()
        except RegistryFaultError as error:
            fault = Fault(error.fault, error.about, error.party)
            shown = page(
                form=form,
                faults={error.field: fault},
                typed=request.form.to_dict(),
                chosen_allies=tuple(request.form.getlist("allies")),
            )
            return show_page(_TEMPLATE, shown, 400)
        except RegistryChangedError:
            return show_page(_TEMPLATE, page(form=form, faults={"undo": Fault("changed")}), 409)
        flash(message, "message")
        # A party that was just taken away has no page.
        back = {"party": entry.subject_id} if entry.subject_id in room.parties else {}
        return redirect(url_for("pages.party_registry", **back), code=303)  # type: ignore[arg-type]

    add_page(blueprint, "/parties/registry", "party_registry", _TEMPLATE, page)
    _add_acts(blueprint, room, take)


def _add_acts(
    blueprint: Blueprint, room: ReadingRoom, take: Callable[[str, Callable[[], AuditEntry], str], Response]
) -> None:
    @blueprint.post("/parties/registry/party")
    def add_party() -> Response:
        form = request.form
        return take(
            "party",
            lambda: room.registry.add_party(_new_party(form), by=g.person.name, reason=_reason(form)),
            _("The party has been added. Documents read from now on are given to it."),
        )

    @blueprint.post("/parties/registry/names")
    def add_party_names() -> Response:
        form = request.form
        return take(
            "names",
            lambda: room.registry.add_names(_new_names(form), by=g.person.name, reason=_reason(form)),
            _("The names have been added. Documents read from now on are searched for them."),
        )

    @blueprint.post("/parties/registry/speaker")
    def add_party_speaker() -> Response:
        form = request.form
        return take(
            "speaker",
            lambda: room.registry.add_speaker(_new_speaker(form), by=g.person.name, reason=_reason(form)),
            _("The speaker has been added. Documents read from now on are searched for them."),
        )

    @blueprint.post("/parties/registry/undo")
    def undo_party_edit() -> Response:
        try:
            number = int(request.form.get("edit", ""))
        except ValueError as error:
            raise BadRequest("no edit is named") from error
        return take(
            "undo",
            lambda: room.registry.take_back(number, by=g.person.name, reason=_reason(request.form)),
            _("The edit has been taken back. What was stored by then stays as it is."),
        )


def _new_party(form: MultiDict[str, str]) -> NewParty:
    return NewParty(
        code=form.get("code", ""),
        label={language: form.get(f"label_{language}", "") for language in NAME_LANGUAGES},
        description=form.get("description", ""),
        allies=tuple(form.getlist("allies")),
        names=_names(form, "names"),
        foreign="foreign" in form,
        since=_day(form, "since"),
    )


def _new_names(form: MultiDict[str, str]) -> NewNames:
    try:
        kind = NameKind(form.get("kind", ""))
    except ValueError as error:
        raise RegistryFaultError("kind", "unknown") from error
    return NewNames(form.get("party", ""), kind, form.get("language", ""), _lines(form.get("names", "")))


def _new_speaker(form: MultiDict[str, str]) -> NewSpeaker:
    return NewSpeaker(
        party=form.get("party", ""),
        name={language: form.get(f"name_{language}", "") for language in NAME_LANGUAGES},
        short=_names(form, "short"),
        offices=_lines(form.get("offices", "")),
        since=_day(form, "since"),
        until=_day(form, "until"),
    )


def _names(form: MultiDict[str, str], prefix: str) -> Names:
    return {language: _lines(form.get(f"{prefix}_{language}", "")) for language in NAME_LANGUAGES}


def _lines(written: str) -> tuple[str, ...]:
    """One name a line."""
    return tuple(line.strip() for line in written.splitlines() if line.strip())


def _day(form: MultiDict[str, str], name: str) -> date | None:
    written = form.get(name, "").strip()
    try:
        return date.fromisoformat(written) if written else None
    except ValueError as error:
        raise RegistryFaultError(name, "date", written) from error


def _reason(form: MultiDict[str, str]) -> str:
    return form.get("reason", "")[:_LONGEST_REASON]
