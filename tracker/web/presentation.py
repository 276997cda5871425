"""Filters of the templates: what markup needs to know about a value. Words stay in the templates."""

from collections.abc import Callable
from datetime import datetime, time

from tracker.domain.addresses import web_address
from tracker.language.direction import direction, language_tag
from tracker.web.attributions import assurance, is_doubtful, mark_quote, path_of, probability


def has_time_of_day(moment: datetime) -> bool:
    """Whether a moment says more than a day. Sources that give a day only come as midnight."""
    return moment.time() != time(0)


def grouped(number: int) -> str:
    """A count with its thousands set apart."""
    return f"{number:,}"


def two_places(share: float) -> str:
    """A score from 0 to 1, to two places."""
    return f"{share:.2f}"


FILTERS: dict[str, Callable[..., object]] = {
    "language_tag": language_tag,
    "direction": direction,
    "web_address": web_address,
    "grouped": grouped,
    "two_places": two_places,
    "probability": probability,
    "assurance": assurance,
    "marked_quote": mark_quote,
    "path": path_of,
}

TESTS: dict[str, Callable[..., bool]] = {"timed": has_time_of_day, "doubtful": is_doubtful}
