"""The pages of events and statements, and everything that people do on them."""

from flask import Blueprint

from tracker.domain.decisions import SubjectKind
from tracker.services.people import PeopleService
from tracker.web.comparisons import add_event_comparison
from tracker.web.event_acts import add_event_acts
from tracker.web.reading_room import ReadingRoom
from tracker.web.remarks import Subject, add_remarks
from tracker.web.statement_acts import add_statement_acts
from tracker.web.statements import add_statement


def add_desks(blueprint: Blueprint, room: ReadingRoom, people: PeopleService) -> None:
    """Answer everything below `/events/<id>`, `/statements/<id>` and `/remarks`."""

    def colleagues() -> list[str]:
        return [user.name for user in people.users() if user.is_active]

    event = add_event_comparison(blueprint, room, colleagues)
    statement = add_statement(blueprint, room, colleagues)
    add_event_acts(blueprint, room, event)
    add_statement_acts(blueprint, room, statement)
    subjects = {
        SubjectKind.EVENT: Subject("events/comparison.html", event),
        SubjectKind.STATEMENT: Subject("statements/statement.html", statement),
    }
    add_remarks(blueprint, room, colleagues, subjects)
