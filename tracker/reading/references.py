"""Numeric character references (`&#1092;`) in markup, and those that stand for no character at all."""

import re

# Also behind an ampersand that is escaped itself, as in the HTML that feeds carry.
_REFERENCE = re.compile(r"(&(?:amp;)?)#(?:[xX]([0-9a-fA-F]+)|([0-9]+))(;?)")
_REPLACEMENT = "#65533;"
_LONGEST = 8  # digits
_WHITE_SPACE = frozenset({0x09, 0x0A, 0x0D})


def without_impossible(markup: str) -> str:
    """Markup whose references to NUL, controls, half surrogate pairs and the like name U+FFFD instead.

    Browsers show them so. Of the libraries here, one stops at such a reference and takes the whole feed
    with it, another leaves out the article around it.
    """
    return _REFERENCE.sub(_possible, markup)


def _possible(found: re.Match[str]) -> str:
    hexadecimal, decimal = found[2], found[3]
    digits = (hexadecimal or decimal).lstrip("0") or "0"
    if len(digits) > _LONGEST or not _is_character(int(digits, 16 if hexadecimal else 10)):
        return found[1] + _REPLACEMENT
    return found[0]


def _is_character(code: int) -> bool:
    """Whether XML allows it in a text."""
    return (
        code in _WHITE_SPACE
        or 0x20 <= code <= 0xD7FF  # noqa: PLR2004 - the ranges of the standard
        or 0xE000 <= code <= 0xFFFD  # noqa: PLR2004
        or 0x10000 <= code <= 0x10FFFF  # noqa: PLR2004
    )
