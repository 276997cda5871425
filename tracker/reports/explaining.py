"""What clashes in a conflict, said in the language of the report."""

from markupsafe import Markup

from tracker.conflicts.retelling import COUNTS, Counted, Part, Voice, retell
from tracker.domain.conflicts import Verdict
from tracker.domain.parties import MEDIA
from tracker.domain.statements import Place, Statement
from tracker.language.catalogues import DEFAULT, marked
from tracker.reports.markup import Flavour, Messages
from tracker.reports.wording import Wording


class Explaining:
    """Says what a verdict says.

    In English it is the sentence that is stored. In other languages the sentence is put together anew from
    what it rests on; where that does not suffice, the stored one stands, marked as English.
    """

    def __init__(self, wording: Wording, flavour: Flavour) -> None:
        self._wording = wording
        self._flavour = flavour
        self._messages = Messages(wording, flavour)

    def sentence(self, verdict: Verdict, one: Statement, other: Statement) -> Markup:
        """The sentence of a verdict on two statements, in their order."""
        if self._wording.language is DEFAULT:
            return self._flavour.value(verdict.explanation)
        retold = retell(verdict, one, other)
        if retold is None:
            return self._flavour.foreign(verdict.explanation, DEFAULT.code)
        parts = {name: self._part(part) for name, part in retold.parts.items()}
        return self._messages.gettext(retold.message, **parts)

    def _part(self, part: Part) -> object:
        match part:
            case Voice():
                return self._voice(part)
            case Counted():
                return self._counted(part)
            case Place():
                return self._wording.place(part)
            case _:
                return self._messages.gettext(part)

    def _voice(self, voice: Voice) -> Markup:
        said = self._messages
        party = said.gettext(marked("the outlet")) if voice.party == MEDIA else voice.party
        if voice.words is None:
            return self._flavour.within(party)
        words = self._flavour.foreign(voice.words, voice.language)
        return said.gettext(marked("%(party)s (“%(words)s”)"), party=party, words=words)

    def _counted(self, counted: Counted) -> Markup:
        said, figure = self._messages, counted.figure
        amount = said.gettext(COUNTS[figure.kind], amount=self._wording.amount(figure))
        if not figure.counted:
            return amount
        words = self._flavour.foreign(figure.counted, counted.language)
        return said.gettext(marked("%(amount)s (“%(words)s”)"), amount=amount, words=words)
