"""Escaping for CommonMark and the tables of GitHub's dialect of it."""

import re
from typing import Final

# Older dialects know no backslash before a bracket of HTML, but every one knows entities.
_ENTITIES: Final = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;"}
# Signs that mean something anywhere in a line: emphasis, code, links, cells, formulas, mentions, headings.
_ANYWHERE: Final = re.compile(r"([\\`*_{}\[\]|~#$!@])")
# Signs that make a list, a rule or an underlined heading of a line that they begin.
_AT_START: Final = re.compile(r"^(?:([-+=:])|([0-9]+)(?=[.)](?: |$)))")


def escape_markdown(text: str) -> str:
    """One line of text that reads as itself in Markdown, wherever in a line it stands."""
    escaped = _ANYWHERE.sub(r"\\\1", text).translate(_ENTITIES)
    return _AT_START.sub(lambda start: f"\\{start[1]}" if start[1] else f"{start[2]}\\", escaped)
