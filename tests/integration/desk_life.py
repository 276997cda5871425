"""A desk that people have worked at, with whatever one database may keep otherwise than another."""

import json
from pathlib import Path

from tracker_shell import Shell

NUL = "before \0 after \ufdd0"
"""U+0000, which PostgreSQL does not keep, and the character that stands for it there."""


def live_in(demonstration: Shell, folder: Path) -> None:
    """Do what people do in a desk, and put in what databases differ in."""
    demonstration.ok("user", "add", "amal", "--role", "admin", standard_input=b"four words in a row\n")
    conflict = demonstration.rows(folder / "lived-in")["conflicts"][0]["id"]
    demonstration.ok("decide", "judge", conflict, "--as", "confirmed", "--by", "amal")
    ids = [row.id for row in demonstration.in_database("SELECT id FROM event ORDER BY id")]
    columns = 'title, title_language, start, "end", precision, version'
    # An event that leads to one with a greater id, which is moved later.
    demonstration.in_database(
        f"INSERT INTO event (id, redirects_to, {columns}) SELECT 'e000000000000000', :to, {columns} "  # noqa: S608
        "FROM event WHERE id = :to",
        to=ids[-1],
    )
    demonstration.in_database(
        "INSERT INTO annotation VALUES ('event', :id, 'note:1', :value)", id=ids[0], value=json.dumps(NUL)
    )
    demonstration.in_database(
        "UPDATE place SET name = :name WHERE id = (SELECT min(id) FROM place)", name=NUL
    )
