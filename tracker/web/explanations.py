"""What clashes in a conflict, said in the reader's language.

In English it is the sentence that is stored. In other languages the sentence is put together anew from what
it rests on; where that does not suffice, the stored one stands, marked as English.
"""

from collections.abc import Callable, Sequence

from markupsafe import Markup

from tracker.conflicts.retelling import COUNTS, Counted, Part, Voice, retell
from tracker.domain.conflicts import Verdict
from tracker.domain.parties import MEDIA
from tracker.domain.statements import Figure, NamedPlace, Place, Statement
from tracker.language.direction import direction, language_tag
from tracker.web.languages import DEFAULT, catalogue_of, current_language, grouped, marked
from tracker.web.languages import gettext as _
from tracker.web.maps import name_of


def explanations(places: Sequence[NamedPlace]) -> Callable[[Verdict, Statement, Statement], Markup]:
    """A template function that says what a verdict says of two statements, in whichever order."""
    by_id = {named.place.id: named for named in places}

    def explained(verdict: Verdict, one: Statement, other: Statement) -> Markup:
        language = current_language()
        retold = None if language is DEFAULT else retell(verdict, one, other)
        if retold is None:
            return _foreign(verdict.explanation, DEFAULT.code, element="span")
        parts = {name: shown(part) for name, part in retold.parts.items()}
        return _filled(retold.message, **parts)

    def shown(part: Part) -> Markup:
        match part:
            case Voice():
                return _voice(part)
            case Counted():
                return _counted(part)
            case Place():
                named = by_id.get(part.id)
                return _isolated(name_of(named) if named else part.name)
            case _:
                return _filled(part)

    return explained


def _voice(voice: Voice) -> Markup:
    party = Markup.escape(_("the outlet")) if voice.party == MEDIA else _isolated(voice.party)
    return party if voice.words is None else _beside(party, voice.words, voice.language)


def _counted(counted: Counted) -> Markup:
    figure = counted.figure
    amount = _filled(COUNTS[figure.kind], amount=_amount(figure))
    return amount if not figure.counted else _beside(amount, figure.counted, counted.language)


def _amount(figure: Figure) -> str:
    if figure.high is None:
        return _("at least %(low)s", low=figure.low)
    if figure.high == figure.low:
        return grouped(figure.low)
    return _("%(low)s to %(high)s", low=figure.low, high=figure.high)


def _beside(named: Markup, words: str, language: str) -> Markup:
    """Something that is named, with the words for it in brackets."""
    return _filled(marked("%(named)s (“%(words)s”)"), named=named, words=_foreign(words, language))


def _filled(message: str, **parts: object) -> Markup:
    """A message in the reader's language; what fills it is escaped unless it is markup."""
    # The message is ours.
    return Markup(catalogue_of(current_language().code).gettext(message)) % parts  # noqa: S704


def _isolated(text: str) -> Markup:
    return Markup("<bdi>{}</bdi>").format(text)


def _foreign(text: str, language: str, *, element: str = "bdi") -> Markup:
    return Markup('<{0} lang="{1}" dir="{2}">{3}</{0}>').format(
        element, language_tag(language), direction(language), text
    )
