"""How a text of a language is marked up: its BCP 47 tag and the direction it is written in."""

import re

_RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_RIGHT_TO_LEFT_SCRIPTS = frozenset({"arab", "hebr", "syrc", "thaa"})
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)
_UNDETERMINED = "und"
_SCRIPT = 4  # letters of an ISO 15924 code


def language_tag(language: str) -> str:
    """The value of a `lang` attribute: empty ("unknown") where it is no plausible BCP 47 code."""
    return language if language != _UNDETERMINED and _LANGUAGE_TAG.fullmatch(language) else ""


def direction(language: str) -> str:
    """The value of a `dir` attribute; "auto" only where the language is not known."""
    if not language_tag(language):
        return "auto"
    primary, *rest = language.lower().split("-")
    scripts = [part for part in rest if len(part) == _SCRIPT and part.isalpha()]
    if scripts:
        return "rtl" if scripts[0] in _RIGHT_TO_LEFT_SCRIPTS else "ltr"
    return "rtl" if primary in _RIGHT_TO_LEFT else "ltr"
