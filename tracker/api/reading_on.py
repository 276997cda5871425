"""Reading a list on: from a cursor to a place, and from the place that follows to a cursor and a Link."""

from collections.abc import Callable
from typing import Final, TypeVar
from urllib.parse import urlencode

from tracker.api.desk import ApiDesk
from tracker.api.operation import Call, Header
from tracker.api.problems import ProblemKind
from tracker.api.requests import Paged
from tracker.domain.reading_lists import Slice

Row = TypeVar("Row")

LINK: Final = Header(
    "Link",
    'The address to read on at, with `rel` "next" (RFC 8288); absent at the end.',
    '</api/v1/statements?limit=50&cursor=…>; rel="next"',
)
LIST_PROBLEMS: Final = (ProblemKind.CURSOR,)
"""What a list may answer beyond other calls."""


def read_on(
    desk: ApiDesk, call: Call, name: str, asked: Paged, read: Callable[[str | None, int], Slice[Row]]
) -> tuple[tuple[Row, ...], str | None, dict[str, str]]:
    """The rows asked for, the cursor of those that follow (None at the end), and the headers that say so.

    `name` is that of the operation, `read` takes a place and how many rows. Raises ProblemError (400) for a
    cursor that was not signed for this list and these parameters.
    """
    place = None if asked.cursor is None else desk.cursors.place(asked.cursor, name, asked)
    found = read(place, asked.limit)
    if found.following is None:
        return found.rows, None, {}
    cursor = desk.cursors.sign(found.following, name, asked)
    given = [(key, value) for key, value in call.request.args.items(multi=True) if key != "cursor"]
    address = f"{call.request.path}?{urlencode([*given, ('cursor', cursor)])}"
    return found.rows, cursor, {"Link": f'<{address}>; rel="next"'}
