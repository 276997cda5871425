"""Single-byte encodings of Arabic, Turkish, Russian and Western texts, told apart by what they spell."""

import re
from dataclasses import dataclass

from tracker.reading.detection import candidates

_PUNCTUATION = "\u00a0\u00ad«»–—‘’‚“”„…•·°№€£§©®™½¼²³¡¿"
_ARABIC = (
    "".join(chr(code) for code in (*range(0x0621, 0x063B), *range(0x0640, 0x0653)))
    + "\u060c\u061b\u061f\u200c\u200d\u200e\u200fپچژگک"
)
_TURKISH = "çğıöşüÇĞİÖŞÜâîûÂÎÛ"
_WESTERN = "àáâãäåæçèéêëìíîïñòóôõöøùúûüœšžßÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜŒŠŽ"
_ICELANDIC = "ðýþÐÝÞ"
_CYRILLIC = "".join(map(chr, range(0x0410, 0x0450))) + "ЁёІіЇїЄєҐґЎўЈјЉљЊњЋћЂђЏџЅѕЃѓЌќ"


@dataclass(frozen=True, slots=True)
class _Family:
    """Encodings of one group of languages, and the letters beyond ASCII that those languages use.

    `fewest` is how many such letters make a case: a stray byte is a letter in almost any encoding.
    `frequent` are letters that make up two thirds of any text of these languages: a language model
    takes all nonsense in Cyrillic for Russian. None where most letters are ASCII.
    """

    encodings: tuple[str, ...]
    languages: frozenset[str]
    letters: frozenset[str]
    fewest: int
    frequent: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """An encoding, and how well the bytes read in it, from 0 to 1."""

    encoding: str
    score: float


_FAMILIES = (
    _Family(
        ("windows-1256", "iso-8859-6"),
        frozenset({"ar", "arz", "fa", "ur"}),
        frozenset(_ARABIC),
        6,
        frozenset("اليمونرتبةعد"),
    ),
    _Family(
        ("windows-1251", "koi8-r", "koi8-u", "iso-8859-5", "cp866"),
        frozenset({"ru", "uk", "be", "bg", "sr", "mk"}),
        frozenset(_CYRILLIC),
        6,
        frozenset("оеаинтсрвлОЕАИНТСРВЛ"),
    ),
    _Family(("windows-1254",), frozenset({"tr", "az"}), frozenset(_TURKISH + _WESTERN), 1),
    _Family(("windows-1252",), frozenset({"is", "fo"}), frozenset(_WESTERN + _ICELANDIC), 1),
    _Family(
        ("windows-1252",),
        frozenset(
            {"en", "fr", "de", "es", "it", "pt", "nl", "sv", "no", "da", "fi", "ca", "gl", "eu", "ga", "sq"}
        ),
        frozenset(_WESTERN),
        1,
    ),
)
_LANGUAGES_ASKED = 3
_MOSTLY = 0.95
_COHERENT = 0.85
_LEAST_PROBABLE = 0.25
_SURELY = 0.8
_FREQUENT_SHARE = 0.45
_FEWEST_FOREIGN = 6
_WITHOUT_OTHER_LETTERS = frozenset({"en", "id", "ms"})

# Arabic vowel signs count as marks, not as letters; they do not part a word.
_WORDS = re.compile(r"[^\W\d_][^\W\d_\u064b-\u0652]*")
_ASCII_LETTER = re.compile(r"[A-Za-z]")
_OTHER_SCRIPT = re.compile(r"[\u0370-\U0010ffff]")
_ASCII = frozenset(map(chr, range(128)))
# Accented letters that are words by themselves in a Western language, or Turkish endings after a name.
_ONE_LETTER_WORDS = frozenset("àáèéêíóôúåöøæıüÀÁÈÉÊÍÓÔÚÅÖØÆ")


def best_reading(sample: bytes) -> Reading | None:
    """The encoding in which lines with bytes beyond ASCII read best, None where they read in none."""
    readings = [_judge(sample, encoding, family) for family in _FAMILIES for encoding in family.encodings]
    return max(filter(None, readings), key=lambda reading: reading.score, default=None)


def judge_foreign(sample: bytes, encoding: str) -> Reading | None:
    """How well bytes read in a single-byte encoding of which only the name is known."""
    text = _decoded(sample, encoding)
    # Encodings of several bytes a letter read each other's bytes as well-formed words.
    if text is None or len(text) < len(sample):
        return None
    beyond = [letter for letter in text if letter not in _ASCII]
    letters = sum(map(str.isalpha, beyond))
    marks = sum(letter in _PUNCTUATION for letter in beyond)
    language, probability = candidates(text)[0]
    if (
        letters < _FEWEST_FOREIGN
        or letters + marks < _MOSTLY * len(beyond)
        or language in _WITHOUT_OTHER_LETTERS
        or probability < _SURELY
        or _coherence(text) < _COHERENT
    ):
        return None
    return Reading(encoding, probability)


def _judge(sample: bytes, encoding: str, family: _Family) -> Reading | None:
    text = _decoded(sample, encoding)
    if text is None:
        return None
    beyond = [letter for letter in text if letter not in _ASCII]
    if not beyond:
        return None
    letters = [letter for letter in beyond if letter in family.letters]
    marks = sum(letter in _PUNCTUATION for letter in beyond)
    # English has no letters beyond ASCII, but typographic quotation marks and dashes.
    enough = len(letters) >= family.fewest or (family.fewest == 1 and marks > 0)
    expected = (len(letters) + marks) / len(beyond)
    if not enough or expected < _MOSTLY or not _frequent(letters, family):
        return None
    coherence = _coherence(text)
    asked = candidates(text, _LANGUAGES_ASKED)
    probability = sum(score for language, score in asked if language in family.languages)
    if coherence < _COHERENT or probability < _LEAST_PROBABLE:
        return None
    return Reading(encoding, expected * coherence * probability)


def _decoded(sample: bytes, encoding: str) -> str | None:
    try:
        return sample.decode(encoding)
    except (LookupError, UnicodeError):
        return None


def _frequent(letters: list[str], family: _Family) -> bool:
    if family.frequent is None:
        return True
    return sum(letter in family.frequent for letter in letters) >= _FREQUENT_SHARE * len(letters)


def _coherence(text: str) -> float:
    """The share of letters beyond ASCII that stand in well-formed words.

    A wrong encoding mixes scripts within words, leaves single letters alone, or puts capitals after
    small letters: KOI8-R has the cases of windows-1251 the other way round.
    """
    well = total = 0
    for word in _WORDS.findall(text):
        beyond = sum(letter not in _ASCII for letter in word)
        if beyond:
            total += beyond
            well += beyond if _well_formed(word) else 0
    return well / total if total else 1.0


def _well_formed(word: str) -> bool:
    if len(word) == 1:
        return word in _ONE_LETTER_WORDS or _OTHER_SCRIPT.match(word) is not None
    if _ASCII_LETTER.search(word) and _OTHER_SCRIPT.search(word):
        return False
    inner = word[1:]
    return inner == inner.lower() or word == word.upper()
