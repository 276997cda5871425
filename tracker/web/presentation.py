"""Filters of the templates: what markup needs to know about a value. Words stay in the templates."""

from collections.abc import Callable
from datetime import datetime, time

from babel.numbers import format_decimal
from jinja2 import pass_context
from jinja2.runtime import Context

from tracker.domain.addresses import web_address
from tracker.language.direction import direction, language_tag
from tracker.language.hidden import name_hidden
from tracker.web.attributions import assurance, is_doubtful, mark_quote, path_of, probability
from tracker.web.dates import day, moment, month
from tracker.web.languages import current_language, grouped


def has_time_of_day(moment: datetime) -> bool:
    """Whether a moment says more than a day. Sources that give a day only come as midnight."""
    return moment.time() != time(0)


def two_places(share: float) -> str:
    """A score from 0 to 1, to two places."""
    return format_decimal(share, "0.00", locale=current_language().locale)


def shown_probability(share: float) -> str:
    """A probability to two places, never surer than it is, as the reader's language writes it."""
    return format_decimal(probability(share), "0.00", locale=current_language().locale)


def _afresh(function: Callable[..., str]) -> Callable[..., str]:
    """A filter that is applied anew for each reader, also to a constant, which Jinja would work out once."""

    @pass_context
    def applied(_: Context, value: object) -> str:
        return function(value)

    return applied


FILTERS: dict[str, Callable[..., object]] = {
    "language_tag": language_tag,
    "direction": direction,
    "web_address": web_address,
    "plainly": lambda text: name_hidden(str(text)),
    "grouped": _afresh(grouped),
    "two_places": _afresh(two_places),
    "probability": _afresh(shown_probability),
    "day": _afresh(day),
    "month": _afresh(month),
    "moment": _afresh(moment),
    "assurance": assurance,
    "marked_quote": mark_quote,
    "path": path_of,
}

TESTS: dict[str, Callable[..., bool]] = {"timed": has_time_of_day, "doubtful": is_doubtful}
