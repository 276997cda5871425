"""Files that were handed in and wait to be read, in the database: workers of all machines reach them."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    delete,
    insert,
    select,
)

from tracker.domain.jobs import IncomingError, KeptFile
from tracker.storage.column_types import Identifier, UtcDateTime
from tracker.storage.engine import database_errors
from tracker.storage.incoming import IncomingFolder
from tracker.storage.tables import JobItemRow

_BLOCK = 1 << 20  # bytes

# On PostgreSQL alone, so not among the tables that both databases have.
_blocks = Table(
    "incoming_block",
    MetaData(),
    Column("job_id", Identifier, primary_key=True),
    Column("file", String(32), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("kept_at", UtcDateTime),
    Column("content", LargeBinary),
)


def take_over(connection: Connection, folder: IncomingFolder, at: datetime) -> None:
    """Keep the files that jobs of this database still need and that lie in a folder."""
    wanted = select(JobItemRow.job_id, JobItemRow.file).where(JobItemRow.file != "")
    for job_id, file in connection.execute(wanted).all():
        with folder.opened(job_id, file) as path:
            # Without its file a job says so once it comes to it.
            if path.exists():
                with path.open("rb") as stream:
                    _keep(connection, job_id, file, stream, at)


def _keep(connection: Connection, job_id: str, file: str, stream: IO[bytes], at: datetime) -> KeptFile:
    digest, size = hashlib.sha256(), 0
    row = {"job_id": job_id, "file": file, "kept_at": at}
    for number, content in enumerate(iter(lambda: stream.read(_BLOCK), b"")):
        digest.update(content)
        size += len(content)
        connection.execute(insert(_blocks), {**row, "number": number, "content": content})
    if not size:
        connection.execute(insert(_blocks), {**row, "number": 0, "content": b""})
    return KeptFile(size, digest.hexdigest())


class IncomingBlocks:
    """Files in blocks of 1 MiB. `clock` tells the time in UTC. All methods raise DatabaseError.

    None of them waits for a turn to write: nothing else rests on these rows.
    """

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    def keep(self, job_id: str, file: str, stream: IO[bytes]) -> KeptFile:
        """Write a file down so that it outlives a loss of power."""
        with self._transaction() as connection:
            return _keep(connection, job_id, file, stream, self._clock())

    @contextmanager
    def opened(self, job_id: str, file: str) -> Iterator[Path]:
        """Where a copy of a file lies until the end of the block. Raises IncomingError."""
        with TemporaryDirectory(prefix="counterclaim-") as folder:
            path = Path(folder, file)
            self._copy(job_id, file, path)
            yield path

    def _copy(self, job_id: str, file: str, path: Path) -> None:
        wanted = (
            select(_blocks.c.content)
            .where(_blocks.c.job_id == job_id, _blocks.c.file == file)
            .order_by(_blocks.c.number)
            .execution_options(yield_per=1)
        )
        try:
            with self._transaction() as connection, path.open("wb") as written:
                # An empty file has a block, too.
                if not sum(1 for content in connection.scalars(wanted) if written.write(content) >= 0):
                    raise IncomingError(f"{job_id}/{file}: the file is not kept any more")
        except OSError as error:
            raise IncomingError(f"{path}: {error.strerror or error}") from error

    def discard(self, job_id: str, files: Iterable[str] | None = None) -> None:
        """Remove these files of a job, or all of them; those that are gone already do not matter."""
        unwanted = delete(_blocks).where(_blocks.c.job_id == job_id)
        with self._transaction() as connection:
            connection.execute(unwanted if files is None else unwanted.where(_blocks.c.file.in_(list(files))))

    def sweep(self, wanted: Mapping[str, frozenset[str]], older_than: timedelta) -> None:
        """Remove what nobody wants and what is older than that: it may be on its way to becoming a job."""
        old = select(_blocks.c.job_id, _blocks.c.file).where(
            _blocks.c.number == 0, _blocks.c.kept_at < self._clock() - older_than
        )
        with self._transaction() as connection:
            found = connection.execute(old).all()
        for job_id, file in found:
            if file not in wanted.get(job_id, frozenset()):
                self.discard(job_id, [file])

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with database_errors(self._engine), self._engine.begin() as connection:
            yield connection
