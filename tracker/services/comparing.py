"""The vectors by which statements are compared."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.conflicts.members import Member
from tracker.domain.statements import Statement
from tracker.services.embedding import TextVectors, Vector, question_text

Published = Mapping[str, date | None]
"""By statement, the day on which its document was published."""


@dataclass(frozen=True, slots=True)
class ComparisonVectors:
    """Of each statement, which question it answers and which side it takes, kept in the database.

    Without `stances` nothing is said of sides.
    """

    questions: TextVectors
    stances: TextVectors | None = None

    @property
    def models(self) -> tuple[TextVectors, ...]:
        """Each of them reads the same text of a statement (`question_text`)."""
        return (self.questions,) if self.stances is None else (self.questions, self.stances)

    def members(self, statements: Sequence[Statement], published: Published) -> list[Member]:
        """Statements as the comparison is told of them; vectors that are not kept yet are, from now on."""
        return self._members(statements, published, TextVectors.of)

    def members_unkept(self, statements: Sequence[Statement], published: Published) -> list[Member]:
        """The same, and nothing is written."""
        return self._members(statements, published, TextVectors.of_unkept)

    def keep(self, statements: Sequence[Statement]) -> None:
        """Reckon what is not kept yet."""
        texts = [question_text(one) for one in statements]
        for model in self.models:
            model.of(texts)

    def warm(self) -> None:
        """Open the models now rather than with the first text. Raises SettingsError."""
        for model in self.models:
            model.embedder.encode(["?"])

    def _members(
        self,
        statements: Sequence[Statement],
        published: Published,
        vectors: Callable[[TextVectors, Sequence[str]], list[Vector]],
    ) -> list[Member]:
        texts = [question_text(one) for one in statements]
        questions = vectors(self.questions, texts)
        stances: Sequence[Vector | None] = [None] * len(texts)
        if self.stances is not None:
            stances = vectors(self.stances, texts)
        told = zip(statements, questions, stances, strict=True)
        return [Member(one, question, published[one.id], stance) for one, question, stance in told]
