"""One statement: whose it is and how that is known, what it clashes with, and what resembles it."""

from dataclasses import dataclass

from flask import Blueprint, render_template

from tracker.domain.errors import IndexDamagedError, ModelMismatchError
from tracker.domain.views import StatementFilter, StatementView
from tracker.web.clashes import Clash, lay_out_clashes
from tracker.web.reading_room import ReadingRoom

SIMILAR = 6


@dataclass(frozen=True, slots=True)
class StatementPage:
    """What templates/statements/statement.html shows.

    `similar` is empty and `fault` says why where the search cannot answer now: the statement is still shown.
    """

    view: StatementView
    conflicts: tuple[Clash, ...]
    similar: tuple[StatementView, ...]
    fault: str | None


def add_statement(blueprint: Blueprint, room: ReadingRoom) -> None:
    """Answer `/statements/<id>`."""

    @blueprint.get("/statements/<statement_id>")
    def statement(statement_id: str) -> str:
        view = room.library.statement(statement_id)
        similar: tuple[StatementView, ...] = ()
        fault = None
        try:
            similar = _similar(view, room)
        except (IndexDamagedError, ModelMismatchError) as error:
            fault = str(error)
        page = StatementPage(
            view=view,
            conflicts=lay_out_clashes(room.library.conflicts_of(view.statement.id), room.parties).standing,
            similar=similar,
            fault=fault,
        )
        return render_template("statements/statement.html", page=page)


def _similar(view: StatementView, room: ReadingRoom) -> tuple[StatementView, ...]:
    """The statements nearest to its quote, without itself."""
    # One more is asked for, since a statement is nearest to itself.
    found = room.search(view.statement.quote, SIMILAR + 1, StatementFilter())
    return tuple(row for row in found if row.statement.id != view.statement.id)[:SIMILAR]
