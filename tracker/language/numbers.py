"""Numbers in a text: digits of any script, number words, vague quantities, and their bounds."""

from bisect import bisect_left
from operator import attrgetter
from typing import NamedTuple

from tracker.domain.documents import Span
from tracker.language.pack import Bound, LanguagePack, NumberWords
from tracker.language.phrases import Match, Words, readings

_THOUSANDS = 3
_DIGITS_OF_MINUTES = 2
_REACH = 2
_LONGEST_BOUND = 6  # words
_MOST_DIGITS = 12
_MOST_GROUPS = 4
_TEN = 10
_HUNDRED = 100
_DUAL = 2
_FIRST = attrgetter("first")


class Number(NamedTuple):
    """A number found: an interval, the words it covers (half-open), its span, and whether in digits."""

    low: int
    high: int | None
    first: int
    end: int
    span: Span
    digits: bool


def find_numbers(words: Words, pack: LanguagePack) -> list[Number]:
    """All numbers from left to right, with "at least", "up to" and the like taken into account."""
    plain = _plain_numbers(words, pack.numbers)
    vague = [
        Number(match.meaning.low, match.meaning.high, match.first, match.end, match.span, digits=False)
        for match in pack.numbers.vague.find(words)
    ]
    kept: list[Number] = []
    for number in sorted([*vague, *plain], key=_FIRST):  # of two that begin alike the vague one comes first
        if not kept or number.first >= kept[-1].end:
            kept.append(number)
    return _bounded(words, _ranges(words, kept, pack.numbers), pack.numbers)


def _ranges(words: Words, numbers: list[Number], known: NumberWords) -> list[Number]:
    """Two numbers that bound a range ("10 to 15", "between 10 and 15") as one."""
    joined: list[Number] = []
    for number in numbers:
        before = joined[-1] if joined else None
        if before is not None and _bound_a_range(words, before, number, known):
            span = Span(before.span.start, number.span.end)
            joined[-1] = Number(before.low, number.low, before.first, number.end, span, number.digits)
        else:
            joined.append(number)
    return joined


def _bound_a_range(words: Words, one: Number, other: Number, known: NumberWords) -> bool:
    if one.high is None or other.high is None or one.low != one.high or one.low >= other.low:
        return False
    if one.digits and other.digits and other.first == one.end:
        return words.gaps[one.end].strip() in {"-", "–", "—"}
    if other.first - one.end > 1:
        return False
    opened = one.first > 0 and words.texts[one.first - 1] in known.between
    closed = other.end < len(words.texts) and words.texts[other.end] in known.between
    opened = opened or closed  # Turkish closes its range: "50 ile 60 arasında"
    if other.first == one.end:  # Arabic writes its "and" together with the number
        return opened
    return words.texts[one.end] in (known.until | known.conjunctions if opened else known.until)


def _plain_numbers(words: Words, known: NumberWords) -> list[Number]:
    beginnings = known.values.among(words.spelled) | known.scales.among(words.spelled)
    if words.has_numbers:
        beginnings |= {text for text in words.vocabulary - words.spelled if _begins(text, known)}
    if not beginnings:
        return []
    numbers: list[Number] = []
    end = 0
    for index, text in enumerate(words.texts):
        if index < end or text not in beginnings:
            continue
        number = _digits(words, index, known) or _spelled(words, index, known)
        if number is not None:
            numbers.append(number)
            end = number.end
    return numbers


def _begins(text: str, known: NumberWords) -> bool:
    """Whether a number may begin with a word."""
    return _is_digits(text) or known.values.value(text) is not None or known.scales.value(text) is not None


def _digits(words: Words, index: int, known: NumberWords) -> Number | None:
    text = words.texts[index]
    if not _is_digits(text):
        return None
    value, end = int(text[:_MOST_DIGITS]), index + 1
    while end - index < _MOST_GROUPS and end < len(words.texts) and _is_group(words, end, text):
        value, end = value * 1000 + int(words.texts[end]), end + 1
    decimals = ""
    if end == index + 1 and end + 1 < len(words.texts) and words.gaps[end] in {".", ","}:
        decimals = words.texts[end] if words.texts[end].isdecimal() else ""
    last = end + (1 if decimals else 0)
    scale = known.scales.value(words.texts[last]) if last < len(words.texts) else None
    if scale is not None and words.gaps[last].isspace():
        value = round(float(f"{value}.{decimals or 0}") * scale)
        end = last + 1
        rest = words.texts[end] if end < len(words.texts) else ""
        if _is_digits(rest) and len(rest) < _MOST_DIGITS and int(rest) < scale and words.gaps[end].isspace():
            value, end = value + int(rest), end + 1  # "2 bin 467"
    elif len(decimals) == _DIGITS_OF_MINUTES and words.gaps[index + 1] == ".":
        end = last  # a time of day: "15.00"
    return _number(words, value, index, end, digits=True)


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _is_group(words: Words, index: int, first: str) -> bool:
    """Whether this word is a further group of three digits: 1,500 or 1.500 or 1 500."""
    text = words.texts[index]
    separator = words.gaps[index]
    return (
        len(text) == _THOUSANDS
        and _is_digits(text)
        and len(first) <= _THOUSANDS
        and separator in {",", ".", "\u00a0", " ", "\u202f", "٬"}
    )


def _spelled(words: Words, index: int, known: NumberWords) -> Number | None:
    """Number words in a row: units add up, scales multiply what stands before them."""
    total, end = 0.0, index
    current: float | None = None
    while end < len(words.texts):
        text = words.texts[end]
        if end > index and words.gaps[end].strip(" -\u00a0"):
            break
        value, scale = known.values.value(text), known.scales.value(text)
        if value is not None and _only_before_ten(text, known) and not _opens_tens(words, end, known):
            value = None
        if value is not None and current is not None and value == current == _DUAL:
            pass  # Arabic says "two" again with each word of "two Turkish drones"
        elif value is not None:
            current = (current or 0) + value
        elif scale == _HUNDRED:
            current = (current or 1) * scale if (current or 1) < _HUNDRED else (current or 0) + scale
        elif scale is not None:
            total, current = total + (current or 1) * scale, None
        elif not (text in known.joiners and current is not None and _continues(words, end, known)):
            break
        end += 1
    if end == index:
        return None
    return _number(words, int(total + (current or 0)), index, end, digits=False)


def _only_before_ten(text: str, known: NumberWords) -> bool:
    return bool(known.only_before_ten) and not known.only_before_ten.isdisjoint(readings(text))


def _opens_tens(words: Words, index: int, known: NumberWords) -> bool:
    """Whether tens follow: Arabic's eleven, and twenty-one, begin with a word that alone means "one of"."""
    if index + 1 >= len(words.texts):
        return False
    text, following = words.texts[index], words.texts[index + 1]
    value = known.values.value(following)
    if value == _TEN:
        return text in known.only_before_ten
    joined = following[:1] in known.conjunctions and len(readings(following)) > 1
    return joined and value is not None and _TEN < value < _HUNDRED and value % _TEN == 0


def _continues(words: Words, index: int, known: NumberWords) -> bool:
    if index + 1 >= len(words.texts) or index == 0:
        return False
    before = known.scales.value(words.texts[index - 1])
    after = known.values.value(words.texts[index + 1])
    return before is not None and after is not None


def _number(words: Words, value: int, first: int, end: int, *, digits: bool) -> Number:
    span = words.span(first, end)
    return Number(value, value, first, end, span, digits)


def _bounded(words: Words, numbers: list[Number], known: NumberWords) -> list[Number]:
    bounds = known.bounds.find(words)
    if not bounds:
        return numbers
    firsts = [match.first for match in bounds]
    begin = {number.first for number in numbers}
    bounded: list[Number] = []
    for number in numbers:
        near = [
            match.meaning
            for match in bounds[
                bisect_left(firsts, number.first - _REACH - _LONGEST_BOUND) : bisect_left(
                    firsts, number.end + _REACH
                )
            ]
            if _bounds_it(match, number, begin)
        ]
        if Bound.LEAST in near:
            bounded.append(number._replace(high=None))
        elif Bound.MOST in near and number.high is not None:
            bounded.append(number._replace(low=0))
        else:
            bounded.append(number)
    return bounded


def _bounds_it(match: Match[Bound], number: Number, begin: set[int]) -> bool:
    """Whether a word such as "at least" is said of a number, of those that `begin` at these words."""
    if match.first >= number.end:
        # What leads to another number is said of that: "53 killed and more than 130 wounded".
        return match.first - number.end < _REACH and match.end not in begin
    # A single word for "up to" means "until" as well: "until evening 25".
    until = match.meaning is Bound.MOST and match.end - match.first == 1
    return 0 <= number.first - match.end < (1 if until else _REACH)
