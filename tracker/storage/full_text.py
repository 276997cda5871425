"""Full text search over statements, by fragments of their folded words."""

from collections.abc import Callable, Generator
from contextlib import closing

import numpy as np
from sqlalchemy import Connection, Engine, select

from tracker.domain.identifiers import vector_key
from tracker.domain.search import WordHit
from tracker.language.search_words import Wanted, read_query, search_form, words_digest
from tracker.storage.engine import database_errors, reading
from tracker.storage.full_text_ranking import Found, Positions, rank_by_words
from tracker.storage.loading import chunks
from tracker.storage.statement_columns import Mask, SqlStatementColumns, StatementColumns
from tracker.storage.tables import StatementWordsRow
from tracker.storage.vectors import Keys

_MOST_WORDS = 16
"""Of a longer text the longest words count: they tell most."""
_COMMON = 2_000
_COMMON_SHARE = 50
"""A word that more than one statement in so many holds (and more than `_COMMON`) is common."""
_MOST_COMMON = 3
_FEW = 2_000
"""So many statements or fewer are read rather than looked up."""
_BATCH = 1_000
_SAME = 8

_SQLITE = "SELECT rowid FROM statement_trigrams WHERE statement_trigrams MATCH ?"


def words_columns(statement: str, quote: str) -> dict[str, object]:
    """The row of a statement's words."""
    form = search_form(quote)
    return {"statement_id": statement, "words": form, "digest": words_digest(form)}


class SqlFullText:
    """Statements by their words, however these are spelled; a statement is found from its commit on.

    The best hold most of what is asked for, the rarest words first (BM25 over whole words found, however
    often). Of a text of many words the longest 16 count, and words that are common (in more than 2 % of
    the statements searched, and more than 2,000) only where no rarer one is found. All that under a filter
    is as if nothing else were stored. Safe for threads. Raises DatabaseError.
    """

    def __init__(self, engine: Engine, columns: SqlStatementColumns) -> None:
        self._engine = engine
        self._columns = columns

    def search(
        self, text: str, k: int, allowed: Keys | None = None, *, phrases: bool = True
    ) -> list[WordHit]:
        """The k best among the allowed keys (all, if None), best first, ties by key.

        With `phrases`, what stands in quotation marks has to be there word for word. A text without a
        letter or digit finds nothing.
        """
        wanted = _longest(read_query(text, phrases=phrases))
        columns = self._columns.now()
        mask = np.ones(len(columns.key), dtype=np.bool_)
        if allowed is not None:
            mask[:] = False
            mask[columns.positions_of(allowed)] = True
        if not wanted.fragments or not mask.any():
            return []
        with database_errors(self._engine), self._engine.connect() as connection, connection.begin():
            required, words = _Looking(connection, columns, mask).find(wanted)
        return rank_by_words(columns, mask, required, words, k)

    def same_words(self, text: str) -> Keys:
        """Keys of at most eight statements in these very words, however spelled, ascending."""
        form = search_form(text)
        query = (
            select(StatementWordsRow.statement_id)
            .where(StatementWordsRow.digest == words_digest(form), StatementWordsRow.words == form)
            .order_by(StatementWordsRow.statement_id)
            .limit(_SAME)
        )
        with reading(self._engine) as session:
            found = session.scalars(query).all() if form else []
        return np.array([vector_key(one) for one in found], dtype=np.int64)


def _longest(wanted: Wanted) -> Wanted:
    kept = set(sorted(wanted.words, key=len, reverse=True)[:_MOST_WORDS])
    return Wanted(wanted.phrases[:_MOST_WORDS], tuple(one for one in wanted.words if one in kept))


class _Looking:
    """One search in one state of the database."""

    def __init__(self, connection: Connection, columns: StatementColumns, mask: Mask) -> None:
        self._connection = connection
        self._columns = columns
        self._mask = mask
        eligible = int(np.count_nonzero(mask))
        self._common = max(_COMMON, eligible // _COMMON_SHARE)
        self._texts = self._read_texts() if eligible <= _FEW else None

    def find(self, wanted: Wanted) -> tuple[list[Positions], list[Found]]:
        """The positions that hold each phrase, and each word that counts, with the words found nowhere."""
        required = [self._holding(one, None) for one in wanted.phrases]
        words = [self._holding(one, self._common) for one in wanted.words]
        telling = [one for one in words if len(one) <= self._common]
        if any(map(len, telling)) or required:
            return required, telling
        common = [one for one, held in zip(wanted.words, words, strict=True) if len(held) > self._common]
        kept = sorted(common, key=len, reverse=True)[:_MOST_COMMON]
        return required, [*telling, *(self._holding(one, None) for one in common if one in kept)]

    def _holding(self, fragment: str, most: int | None) -> Positions:
        """Positions, ascending, of the statements that hold a fragment; no more than one over `most`."""
        if self._texts is not None:
            found = [position for position, words in self._texts.items() if fragment in words]
            return np.array(found, dtype=np.int32)
        parts: list[Positions] = []
        count = 0
        for numbers in self._numbers(fragment):
            place = np.searchsorted(self._columns.number, numbers)
            # What was stored a moment ago is in no column yet.
            place = place[place < len(self._columns.number)]
            kept = place[self._mask[place]].astype(np.int32)
            parts.append(kept)
            count += len(kept)
            if most is not None and count > most:
                break
        positions = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int32)
        return positions if most is None else positions[: most + 1]

    def _numbers(self, fragment: str) -> Generator[Positions]:
        look = _LOOK_UP[self._connection.dialect.name == "sqlite"]
        with closing(look(self._connection, fragment)) as batches:
            yield from batches

    def _read_texts(self) -> dict[int, str]:
        positions = np.flatnonzero(self._mask)
        numbers = self._columns.number[positions].tolist()
        texts: dict[int, str] = {}
        for chunk in chunks(numbers):
            query = select(StatementWordsRow.number, StatementWordsRow.words).where(
                StatementWordsRow.number.in_(chunk)
            )
            texts.update((number, words) for number, words in self._connection.execute(query))
        return {
            int(position): texts[number]
            for position, number in zip(positions, numbers, strict=True)
            if number in texts
        }


def _look_up_on_sqlite(connection: Connection, fragment: str) -> Generator[Positions]:
    # A phrase of trigrams is the fragment itself: letters, digits and spaces, at least three of them.
    with connection.exec_driver_sql(_SQLITE, (f'"{fragment}"',)) as result:
        # Rows are read as the driver gives them: making objects of thousands takes longer than finding them.
        cursor = result.cursor
        while cursor is not None and (rows := cursor.fetchmany(_BATCH)):
            yield np.fromiter((row[0] for row in rows), dtype=np.int32, count=len(rows))


def _look_up_elsewhere(connection: Connection, fragment: str) -> Generator[Positions]:
    # Letters, digits and spaces: nothing in a fragment is a wild card.
    query = (
        select(StatementWordsRow.number)
        .where(StatementWordsRow.words.like(f"%{fragment}%"))
        .order_by(StatementWordsRow.number)
    )
    with connection.execution_options(stream_results=True).execute(query) as result:
        while rows := result.scalars().fetchmany(_BATCH):
            yield np.array(rows, dtype=np.int32)


_LOOK_UP: dict[bool, Callable[[Connection, str], Generator[Positions]]] = {
    True: _look_up_on_sqlite,
    False: _look_up_elsewhere,
}
