"""One Flask route twice, for the comparison over HTTP: with the index of this program, and with pgvector.

    GET /similar/ID: the statement's vector, its ten nearest, their rows joined, as JSON.

Both routes ask for the same columns in one query and write the same JSON. Neither knows tokens, limits or
anything else that the program's own route does. Served by gunicorn:

    gunicorn 'search_routes:ours("FOLDER")'    'search_routes:pgvector("ADDRESS", EFFORT)'
"""

import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import psycopg
from flask import Flask, Response, jsonify
from search_peers import PgVector
from search_serving import model_of

from tracker.index import FaissIndex

K = 10
COLUMNS = ("id", "quote", "party", "speaker", "polarity", "url", "title", "published", "outlet", "event")
_ROWS = """
SELECT s.id, s.quote, s.party_code, s.speaker, s.polarity, d.url, d.title, d.published, o.name, e.title
FROM statement s JOIN document d ON d.id = s.document_id LEFT JOIN source o ON o.id = d.source_id
LEFT JOIN membership m ON m.statement_id = s.id LEFT JOIN event e ON e.id = m.event_id
WHERE s.id IN ({marks})
"""

Rows = Sequence[tuple[Any, ...]]


def route(nearest: Callable[[str], list[tuple[str, float]]], rows_of: Callable[[list[str]], Rows]) -> Flask:
    """An application with this one route."""
    app = Flask(__name__)

    @app.get("/similar/<statement>")
    def similar(statement: str) -> Response:
        found = [one for one in nearest(statement) if one[0] != statement][:K]
        rows = {row[0]: row for row in rows_of([key for key, _ in found])}
        return jsonify(
            [{"score": score, **dict(zip(COLUMNS, rows[key], strict=True))} for key, score in found]
        )

    return app


def ours(folder: str) -> Flask:
    """By the index and the database of a folder of the program's."""
    home, own = Path(folder), threading.local()
    faiss.omp_set_num_threads(1)
    model = model_of(home)
    index = FaissIndex.open(home / "index", model)

    def connection() -> sqlite3.Connection:
        if not hasattr(own, "connection"):
            own.connection = sqlite3.connect(f"file:{home / 'tracker.sqlite3'}?mode=ro", uri=True)
        kept: sqlite3.Connection = own.connection
        return kept

    def nearest(statement: str) -> list[tuple[str, float]]:
        index.reload_if_changed()
        _, vector = index.vectors_of(np.array([int(statement[1:], 16)]))
        return [(f"s{key:015x}", score) for key, score in index.search(vector, 11)[0]]

    def rows_of(ids: list[str]) -> Rows:
        return connection().execute(_ROWS.format(marks=",".join("?" * len(ids))), ids).fetchall()

    return route(nearest, rows_of)


def pgvector(address: str, effort: int) -> Flask:
    """By a PostgreSQL with the same rows, and the vectors beside the statements."""
    own = threading.local()

    def peer() -> psycopg.Connection[Any]:
        if not hasattr(own, "connection"):
            own.connection = psycopg.connect(address)
            PgVector(own.connection).set_effort(effort)
        kept: psycopg.Connection[Any] = own.connection
        return kept

    def nearest(statement: str) -> list[tuple[str, float]]:
        query = (
            "SELECT id, -(vector <#> (SELECT vector FROM nearest WHERE id = %s)) FROM nearest "
            "ORDER BY vector <#> (SELECT vector FROM nearest WHERE id = %s) LIMIT 11"
        )
        return [(key, score) for key, score in peer().execute(query, (statement, statement), binary=True)]

    def rows_of(ids: list[str]) -> Rows:
        return peer().execute(_ROWS.format(marks=",".join(["%s"] * len(ids))), ids, binary=True).fetchall()

    return route(nearest, rows_of)
