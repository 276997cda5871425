"""The calls that read events, and what is contested in them."""

from typing import Final, Literal

from flask import redirect
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from werkzeug.wrappers import Response

from tracker.api import examples
from tracker.api.answers import EventAnswer
from tracker.api.comparison_answers import ComparisonAnswer
from tracker.api.comparisons import represent_comparison
from tracker.api.desk import ApiDesk
from tracker.api.list_answers import EventList
from tracker.api.list_representation import represent_listed_event
from tracker.api.operation import Answered, Call, Header, Link, Operation, PathParameter, Reply, Tag
from tracker.api.queries import Parameters
from tracker.api.reading_on import LINK, LIST_PROBLEMS, read_on
from tracker.api.representation import API, represent_event
from tracker.api.requests import Day, LanguageCode, Name, Paged, PartyCode, Truth
from tracker.domain.conflicts import ConflictType
from tracker.domain.errors import NotFoundError
from tracker.domain.event_lists import NO, YES, EventFilter, EventOrder, Facet
from tracker.domain.questions import RangePolicy
from tracker.domain.views import StatementView

EVENT_ID: Final = PathParameter("event_id", "The id of an event.", examples.EVENT)
MOVED: Final = Answered(
    "Merged into another event",
    media_type="",
    headers=(Header("Location", "Its new address", f"/api/v1/events/{examples.EVENT}", required=True),),
)


class EventListParameters(Paged):
    """Which events are wanted."""

    party: tuple[PartyCode, ...] = Field(
        default=(), max_length=20, description="Only events in which each of these parties speaks."
    )
    language: tuple[LanguageCode, ...] = Field(
        default=(), max_length=20, description="Only events told in each of these languages."
    )
    place: tuple[Name, ...] = Field(
        default=(), max_length=50, description="Only events at one of these places, by id."
    )
    type: tuple[ConflictType, ...] = Field(
        default=(),
        max_length=len(ConflictType),
        description="Only events with a conflict of each of these types.",
    )
    status: tuple[Literal["waiting", "judged", "graded"], ...] = Field(
        default=(),
        max_length=3,
        description=(
            "Only events with conflicts that nobody has judged (waiting), with some that somebody has "
            "(judged), or that somebody said how well they are attested (graded)."
        ),
    )
    happened_from: Day | None = Field(default=None, description="Only events on this day or later.")
    happened_to: Day | None = Field(default=None, description="Only events on this day or earlier.")
    published_from: Day | None = Field(
        default=None, description="Only events of which a document was published on this day or later."
    )
    constructed: Truth | None = Field(
        default=None, description="Only events of documents written for demonstration, or all others."
    )
    order: Literal["id", "newest", "contested"] = Field(
        default="id",
        description=(
            "By `id`, no event moves while others come. In `newest` (by its last day) and `contested` (by "
            "its conflicts) one that grows may move: read on, such a list may show it twice or miss it."
        ),
    )

    @model_validator(mode="after")
    def _days_in_order(self) -> "EventListParameters":
        if self.happened_from and self.happened_to and self.happened_to < self.happened_from:
            raise PydanticCustomError("period", "happened_to is before happened_from")
        return self

    @property
    def wanted(self) -> EventFilter:
        """The filter that these parameters ask for."""
        constructed = () if self.constructed is None else (YES if self.constructed else NO,)
        chosen = {
            Facet.PARTY: self.party,
            Facet.LANGUAGE: self.language,
            Facet.PLACE: self.place,
            Facet.TYPE: tuple(map(str, self.type)),
            Facet.REVIEW: self.status,
            Facet.CONSTRUCTED: constructed,
        }
        return EventFilter(
            chosen=chosen,
            start=self.happened_from,
            end=self.happened_to,
            published_since=self.published_from,
        )


class ComparisonParameters(Parameters):
    """How ranges of figures are derived."""

    range: RangePolicy = Field(
        default=RangePolicy.EVERY_FIGURE,
        description="From every figure, or only from the latest that each party gave.",
    )


def events(desk: ApiDesk, call: Call) -> Reply:
    """A list of events."""
    asked = call.asked(EventListParameters)
    order = None if asked.order == "id" else EventOrder(asked.order)
    rows, cursor, headers = read_on(
        desk, call, "events", asked, lambda after, size: desk.lists.events(asked.wanted, order, after, size)
    )
    return Reply(
        EventList(events=[represent_listed_event(one) for one in rows], next=cursor), headers=headers
    )


def event(desk: ApiDesk, call: Call) -> Reply | Response:
    """One event; the id of one that was merged away leads to the event that took it in."""
    name = call.path["event_id"]
    try:
        detail = desk.library.event(name)
    except NotFoundError as missing:
        return redirect(_moved(desk, name, missing), code=301)
    return Reply(represent_event(detail))


def comparison(desk: ApiDesk, call: Call) -> Reply | Response:
    """What is contested in an event; the id of one that was merged away leads on, as for the event."""
    name, policy = call.path["event_id"], call.asked(ComparisonParameters).range
    try:
        detail = desk.library.event(name)
    except NotFoundError as missing:
        asked = call.request.query_string.decode("ascii", "replace")
        address = f"{_moved(desk, name, missing)}/comparison"
        return redirect(f"{address}?{asked}" if asked else address, code=301)
    views = {view.statement.id: view for view in detail.statements}

    def find(statement: str) -> StatementView:
        # An event that grew between the two readings may name one that was not there at the first.
        return views.get(statement) or desk.library.statement(statement)

    return Reply(represent_comparison(detail.summary.event, desk.dispute(name, policy), policy, find))


def _moved(desk: ApiDesk, event_id: str, missing: NotFoundError) -> str:
    """The path of the event that took this one in. Raises what was raised where there is none."""
    successor = desk.library.redirect_of(event_id)
    if successor is None:
        raise missing
    return f"{API}/events/{successor}"


EVENTS: Final = (
    Operation(
        name="events",
        method="GET",
        path="/events",
        tag=Tag.EVENTS,
        summary="List events",
        handler=events,
        answers={
            200: Answered(
                "Events",
                EventList,
                headers=(LINK,),
                example=examples.EVENT_LIST,
                links=(
                    Link("event", "event_id", "/events/0/id"),
                    Link("comparison", "event_id", "/events/0/id"),
                ),
            )
        },
        query=EventListParameters,
        problems=LIST_PROBLEMS,
    ),
    Operation(
        name="event",
        method="GET",
        path="/events/{event_id}",
        tag=Tag.EVENTS,
        summary="One event with its statements and conflicts",
        handler=event,
        answers={200: Answered("The event", EventAnswer, example=examples.EVENT_ANSWER), 301: MOVED},
        ids=(EVENT_ID,),
    ),
    Operation(
        name="comparison",
        method="GET",
        path="/events/{event_id}/comparison",
        tag=Tag.EVENTS,
        summary="What is contested in an event: questions with their positions, figures, revisions",
        description="Who holds which position, with which statements, and which parties are silent.",
        handler=comparison,
        answers={
            200: Answered("What is contested", ComparisonAnswer, example=examples.COMPARISON),
            301: MOVED,
        },
        ids=(EVENT_ID,),
        query=ComparisonParameters,
    ),
)
