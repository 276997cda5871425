"""What a place is called in the reader's language."""

from collections.abc import Callable, Sequence

from jinja2 import pass_context
from jinja2.runtime import Context

from tracker.domain.statements import NamedPlace
from tracker.web.maps import name_of


def place_names(places: Sequence[NamedPlace]) -> Callable[[Context, str], str]:
    """A filter from a place's main name in the gazetteer to its name in the reader's language.

    A name that two places share, or that the gazetteer does not hold, stays as it is.
    """
    by_name: dict[str, NamedPlace | None] = {}
    for named in places:
        by_name[named.place.name] = None if named.place.name in by_name else named

    # With the context, Jinja applies it anew for each reader, to constants too.
    @pass_context
    def place_name(_: Context, name: str) -> str:
        named = by_name.get(name)
        return name if named is None else name_of(named)

    return place_name
