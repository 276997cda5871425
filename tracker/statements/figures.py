"""Figures: what is counted, who is counted, and how many, as intervals."""

from bisect import bisect_left
from collections.abc import Sequence, Set

from tracker.domain.documents import Span
from tracker.domain.statements import Figure, FigureKind
from tracker.language.numbers import Number
from tracker.language.pack import LanguagePack, SpeakerStands
from tracker.language.phrases import Words, readings
from tracker.statements.absences import find_absences
from tracker.statements.counting import BESIDE, NOUN_REACH, PEOPLE, THINGS, Counting, Term
from tracker.statements.mentions import Mention
from tracker.statements.shared_fates import with_shared_fates

_MOST_COST = 8
_COMMA = 3  # how many words further a comma puts what comes after it
_ASIDE = 1  # and what stands between two commas
_OTHER_NUMBER = 4  # and another number in between
_WRONG_SIDE = 2  # and standing where such a word seldom stands
_JOINED = 2  # and an "and" between
_TOTAL = 3  # nearer by so much
_NOUN = 9  # a noun counts where nothing befell
_REACH_OF_MODIFIERS = 6  # where all that modifies a noun stands between it and its number
_FEW = 4  # mentions
_ONE_REACH = 3  # words from a spelled "one" to what befell it: "one man was killed"
_REJECTED_REACH = 8  # words between two numbers of which one is set aside
_LONGEST_OPENING = 6  # words


def find_figures(
    words: Words,
    pack: LanguagePack,
    dated: Set[int],
    mentions: Sequence[Mention] = (),
    *,
    subject: range = range(0),
    denied: bool = False,
) -> tuple[Figure, ...]:
    """The figures of a sentence, in order.

    `dated` are the numbers of the words that belong to dates, `mentions` the parties named, `subject` the
    words in which the speaker is named ("two residents said" counts nothing), `denied` whether a word of
    denial reports the sentence: "denied that anyone was killed" counts nobody.
    """
    counting = Counting(words, pack, dated)
    figures: list[Figure] = []
    for number, term in with_shared_fates(counting, [_counted_by(counting, one) for one in counting.numbers]):
        if term is None or _is_set_aside(counting, number, term, subject):
            continue
        counted, side = _who(counting, number, mentions)
        figures.append(Figure(term.meaning.kind, number.low, number.high, number.span, counted, side))
    named = {figure.kind for figure in figures}
    figures += [figure for figure in find_absences(counting, denied=denied) if figure.kind not in named]
    return tuple(figures)


def _counted_by(counting: Counting, number: Number) -> Term | None:
    """What the number counts: what befell people within reach, else the noun it stands beside."""
    best: tuple[int, int, Term] | None = None
    least = _MOST_COST
    for terms in counting.outward(number):
        for term in terms:
            distance = _distance(counting, number, term)
            if distance is None:
                break
            # A total takes so much off a cost, nothing takes more; and but for asides the distance grows.
            if distance - _TOTAL > least:
                if counting.is_aside(term.first):
                    continue
                break
            cost = _cost(counting, number, term, distance)
            if cost is not None and (best is None or (cost, term.first) < best[:2]):
                best = cost, term.first, term
                least = cost
    return best[2] if best else None


def _distance(counting: Counting, number: Number, term: Term) -> int | None:
    """Words between, and more for a comma or another number among them; None across a break."""
    first, end = (number.end, term.first) if term.first >= number.end else (term.end, number.first)
    if first > end:
        return 0  # the Arabic dual is number and noun in one word
    spacing = counting.spacing
    within = spacing.within(first, end)
    if within is None:
        return None
    apart = end - first
    commas, others = within
    if counting.asides:
        asides = counting.asides_between(first, end)
        apart -= sum(len(aside) - _ASIDE for aside in asides)
        commas -= len({edge for aside in asides for edge in (aside.start, aside.stop)})
        others -= sum(spacing.numbers_within(aside.start, aside.stop) for aside in asides)
    return apart + _COMMA * commas + _OTHER_NUMBER * others


def _cost(counting: Counting, number: Number, term: Term, distance: int) -> int | None:
    """How far a term is from a number, in words, with what stands between them; None out of reach."""
    if term.first >= number.end:
        return _cost_after(counting, number, term, distance)
    if term.end <= number.first:
        return _cost_before(counting, number, term, distance)
    return 0 if term.meaning.kind in PEOPLE or term.meaning.kind in THINGS else _NOUN


def _cost_after(counting: Counting, number: Number, term: Term, cost: int) -> int | None:
    if term.meaning.kind not in PEOPLE:
        if term.meaning.outright and cost < BESIDE + 1:
            return 0
        if term.meaning.is_object and cost == 0 and not _is_part_of_a_name(counting, term):
            return 0  # "nine strikes and casualties"
        verb_final = counting.pack.speaker_stands is SpeakerStands.BEFORE
        reach = _REACH_OF_MODIFIERS if verb_final else NOUN_REACH
        return cost + _NOUN if cost < reach else None
    if term.meaning.is_loss and not _loses_people(counting, number):
        return None
    if term.meaning.trailing and counting.spacing.numbers_within(number.end, term.first):
        return None  # "five guards and 12 wounded"
    cost += _WRONG_SIDE * (_leads(counting.pack) and not term.meaning.trailing)
    return cost if cost <= _MOST_COST else None


def _is_part_of_a_name(counting: Counting, term: Term) -> bool:
    """Whether another noun follows at once: "nine mines engineers were killed"."""
    return any(other.meaning.is_noun for other in counting.terms.beginning(term.end, term.end + 1))


def _cost_before(counting: Counting, number: Number, term: Term, cost: int) -> int | None:
    leads = _leads(counting.pack) and not term.meaning.trailing
    total = _is_total(counting, number, term.end)
    if term.meaning.kind not in PEOPLE:
        outright = term.meaning.outright and cost < BESIDE and term.meaning.kind not in THINGS
        if outright and not counting.joins(term.end, number.first):
            return 0  # "the bodies of 13 soldiers", but not "three bodies and four wounded"
        beside = cost == 0 and _follows_its_noun(counting, number)
        return cost + _NOUN if beside or (total and cost <= _MOST_COST) else None
    if term.meaning.is_loss and not _loses_people(counting, number):
        return None
    cost += (not leads) - _TOTAL * total + _JOINED * counting.joins(term.end, number.first)
    cost += _WRONG_SIDE * (term.meaning.trailing and not total)
    return cost if cost <= _MOST_COST else None


def _leads(pack: LanguagePack) -> bool:
    """Whether the language puts what befell before whom it befell."""
    return pack.speaker_stands is SpeakerStands.AFTER


def _loses_people(counting: Counting, number: Number) -> bool:
    """Whether what is lost may be people: nothing else is named right after the number."""
    nouns = counting.terms.beginning(number.end, number.end + BESIDE)
    return all(t.meaning.kind is FigureKind.FIGHTERS or t.meaning.kind in PEOPLE for t in nouns)


def _is_total(counting: Counting, number: Number, first: int) -> bool:
    """Whether a word such as "reached" or "at" leads to the number from what is counted before it."""
    texts = counting.words.texts[max(first, number.first - NOUN_REACH) : number.first]
    return any(form in counting.pack.counting.totals for text in texts for form in readings(text))


def _follows_its_noun(counting: Counting, number: Number) -> bool:
    """Arabic puts one and two after what they count: "a single plane", "two fighters"."""
    return _leads(counting.pack) and not number.digits and number.low in {1, 2}


def _is_set_aside(counting: Counting, number: Number, term: Term, subject: range) -> bool:
    """Whether the number is none of the statement's figures, though it counts something."""
    return (
        _is_one_of(counting, number)
        or _counts_speakers(number, term, subject)
        or _is_subset(counting, number, term)
        or _is_rejected(counting, number)
    )


def _is_one_of(counting: Counting, number: Number) -> bool:
    """Whether a spelled "one" counts nothing: it does so only close beside what it counts."""
    if number.digits or number.low != 1 or number.high not in {1, None}:
        return False
    if counting.words.texts[number.first] in counting.pack.counting.articles:
        return True
    return not any(
        term.end == number.first or 0 <= _apart(counting, number.end, term.first) < _reach_of_one(term)
        for term in counting.near(number.first, number.end)
    )


def _reach_of_one(term: Term) -> int:
    return _ONE_REACH if term.meaning.kind in PEOPLE else BESIDE


def _apart(counting: Counting, first: int, end: int) -> int:
    """Words between, less what is said aside: "one man, a watchman, was killed"."""
    return end - first - sum(len(aside) for aside in counting.asides_between(first, end))


def _counts_speakers(number: Number, term: Term, subject: range) -> bool:
    """Whether the number counts those who speak: it stands among their words, and nothing befell them."""
    return number.first in subject and (term.meaning.kind not in PEOPLE or term.first not in subject)


def _is_subset(counting: Counting, number: Number, term: Term) -> bool:
    """Whether the number counts some of those counted already: "including two children"."""
    first, end = number.first, number.end
    for match in counting.subsets.beginning(first - _LONGEST_OPENING, first):
        opens = 0 <= first - match.end < BESIDE and not counting.stops(match.end - 1, first)
        if opens and not _is_total(counting, number, match.end):  # "of the dead the number is 43"
            return True
    if counting.subsets_after.beginning(end, end + BESIDE):
        return True
    for match in counting.of_them.beginning(end, end + BESIDE):
        if counting.stops(end - 1, match.first):
            break  # "141, of them 103": of them belongs to what follows
        befell = term.meaning.kind in PEOPLE and term.first >= match.end  # "five of them were killed"
        return not befell or counting.stops(match.end - 1, term.first)
    return any(
        match.end == first for match in counting.of_them.beginning(first - _LONGEST_OPENING, first)
    )  # "111, of whom 82 are men"


def _is_rejected(counting: Counting, number: Number) -> bool:
    """Whether the number is named only to be set aside: "four, not seven"."""
    if counting.pack.speaker_stands is SpeakerStands.BEFORE:
        return _is_rejected_after(counting, number)
    before = number.first - 1
    bounds = counting.bounds.beginning(number.first - _LONGEST_OPENING, number.first)
    if any(match.end == number.first for match in bounds):
        return False  # "44 killed, more than 130 hurt"
    return (
        before > 0
        and counting.words.texts[before] in counting.pack.counting.rejecting
        and counting.spacing.numbers_within(max(before - _REJECTED_REACH, 0), before) > 0
    )


def _is_rejected_after(counting: Counting, number: Number) -> bool:
    """Where verbs end a clause, what sets a number aside follows it: "yedi değil dört"."""
    texts, spacing, end = counting.words.texts, counting.spacing, number.end
    if end == len(texts) or texts[end] not in counting.pack.counting.rejecting:
        return False
    before = spacing.numbers_within(max(number.first - _REJECTED_REACH, 0), number.first)
    return before + spacing.numbers_within(end, min(end + _REJECTED_REACH, len(texts))) > 0


def _who(counting: Counting, number: Number, mentions: Sequence[Mention]) -> tuple[str | None, str | None]:
    """Who or what is counted, in the text's own words, and the party they belong to if it is named."""
    noun = next(
        (
            term
            for term in counting.terms.beginning(number.end, number.end + NOUN_REACH)
            if term.meaning.is_noun and not counting.stops(number.end - 1, term.first)
        ),
        None,
    )
    if noun is None:
        return None, None
    after = bisect_left(mentions, number.end, key=lambda one: one.first)
    sides = {
        mention.party
        for mention in mentions[after : after + _FEW]
        if number.end <= mention.first < noun.end
        or (0 <= mention.first - noun.end <= BESIDE and not counting.stops(noun.end - 1, mention.first))
    }
    first = max([number.end, *(b.end for b in counting.bounds.beginning(number.end, noun.first))])
    start = counting.words.starts[min(first, noun.first)]
    counted = Span(start, noun.span.end).of(counting.words.original)
    return counted, sides.pop() if len(sides) == 1 else None
