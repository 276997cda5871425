"""Reading the audit trail: which entries are wanted, and what the things they are about are called."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """Which entries of the trail are wanted; an empty string or None does not restrict.

    `kind` is that of the subject, `subject` its id. Days are days in UTC, both included. `by_people`
    leaves out what machines did, and signing in and out; `not_by` one person.
    """

    actor: str = ""
    action: str = ""
    kind: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None
    by_people: bool = False
    not_by: str = ""

    @property
    def restricts(self) -> bool:
        """Whether anything is left out at all."""
        return self != TrailFilter()


@dataclass(frozen=True, slots=True)
class Named:
    """What something that an entry is about is called: a title, a quote, or an explanation.

    `language` is the BCP 47 code of the name. `event` is the event that a conflict or statement stands in.
    """

    name: str
    language: str = "und"
    event: str | None = None
