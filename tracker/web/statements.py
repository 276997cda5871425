"""One statement: whose it is and how that is known, what it clashes with, and what resembles it."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint

from tracker.domain.errors import IndexDamagedError, ModelMismatchError
from tracker.domain.search import SearchMode
from tracker.domain.views import StatementFilter, StatementView
from tracker.web.clashes import Clash, lay_out_clashes
from tracker.web.event_desks import Colleagues, Fault
from tracker.web.live_links import live_address
from tracker.web.pages import add_page
from tracker.web.reading_room import ReadingRoom
from tracker.web.statement_desks import StatementDesk, lay_out_statement_desk

SIMILAR = 6


@dataclass(frozen=True, slots=True)
class StatementPage:
    """What templates/statements/statement.html shows.

    `live` is where the words stand on the page they were taken from. `similar` is empty and `fault` says why
    where the search cannot answer now: the statement is still shown.
    """

    view: StatementView
    conflicts: tuple[Clash, ...]
    similar: tuple[StatementView, ...]
    fault: str | None
    desk: StatementDesk
    live: str | None


def add_statement(
    blueprint: Blueprint, room: ReadingRoom, colleagues: Colleagues
) -> Callable[[str, Fault], StatementPage]:
    """Answer `/statements/<id>`.

    Returns what shows the page once more, with a fault in one of its forms.
    """

    def again(statement_id: str, wrong: Fault | None) -> StatementPage:
        view = room.library.statement(statement_id)
        similar: tuple[StatementView, ...] = ()
        fault = None
        try:
            similar = _similar(view, room)
        except (IndexDamagedError, ModelMismatchError) as error:
            fault = str(error)
        return StatementPage(
            view=view,
            conflicts=lay_out_clashes(room.library.conflicts_of(view.statement.id), room.parties).standing,
            similar=similar,
            fault=fault,
            desk=lay_out_statement_desk(view, room, colleagues, wrong),
            live=live_address(view.document, view.statement),
        )

    def statement(statement_id: str) -> StatementPage:
        return again(statement_id, None)

    add_page(blueprint, "/statements/<statement_id>", "statement", "statements/statement.html", statement)
    return again


def _similar(view: StatementView, room: ReadingRoom) -> tuple[StatementView, ...]:
    """The statements nearest to its quote, without itself."""
    # One more is asked for, since a statement is nearest to itself.
    found = room.search(view.statement.quote, SIMILAR + 1, StatementFilter(), SearchMode.SEMANTIC)
    return tuple(row for row in found if row.statement.id != view.statement.id)[:SIMILAR]
