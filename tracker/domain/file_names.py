"""Names of files that others chose, as they may be shown."""

import re
import unicodedata

_LONGEST = 120
_END = 30
_WANTED_FORMATS = "\u200c\u200d"  # join and part letters, as Persian writes them


def shown_name(given: str) -> str:
    """A file's name as it may be shown: no folders, no more than 120 characters, nothing that cannot be seen.

    Characters that turn the direction of the text around or cannot be printed become U+FFFD.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", given).rstrip("/\\"))[-1].strip()
    name = "".join("\ufffd" if _is_unseen(letter) else letter for letter in last)
    if len(name) > _LONGEST:
        name = f"{name[: _LONGEST - _END - 1]}…{name[-_END:]}"
    return name or "?"


def _is_unseen(letter: str) -> bool:
    category = unicodedata.category(letter)
    return (category[0] == "C" and letter not in _WANTED_FORMATS) or category in {"Zl", "Zp"}
