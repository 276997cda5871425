"""Sending errands within a transaction, and having a worker do those that are delivered to it."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Event
from typing import TYPE_CHECKING

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from tracker.domain.errands import Errand, Task
from tracker.domain.errors import DatabaseError
from tracker.queueing.schema import SCHEMA, installed_version

if TYPE_CHECKING:
    from procrastinate import App

STALLED = 30.0
"""Seconds after which a worker without a sign of life counts as dead; it gives six of them in that time."""

_GLANCE = 0.1  # seconds

_WAITING = text(
    "SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock = ANY(:keys)"
)
_NOTED = text("SELECT obj_description(to_regnamespace(:schema), 'pg_namespace')")


class Deliveries:
    """The errands of jobs in a PostgreSQL database. Raises SettingsError where procrastinate is missing.

    Nothing is kept of an errand that is over: what became of it stands in the tables of jobs.
    """

    def __init__(self, engine: Engine, *, stalled: float = STALLED) -> None:
        self._version = installed_version()
        self._engine, self._stalled = engine, stalled

    def state(self) -> str:
        """Either "ok", or what is wrong with the tables and what to do about it."""
        with self._engine.connect() as connection:
            noted = connection.scalar(_NOTED, {"schema": SCHEMA})
        if (noted or "").startswith(f"procrastinate {self._version}:"):
            return "ok"
        return (
            f"the schema {SCHEMA} is not that of procrastinate {self._version} ({noted or 'there is none'}): "
            "install the pinned version, or let `tracker init` run"
        )

    def send(self, session: Session, errands: Sequence[Errand]) -> None:
        """Have errands delivered once the transaction ends well; those that wait already, not again.

        The transaction is one of those that write one after the other.
        """
        if not errands:
            return
        connection = session.connection()
        connection.exec_driver_sql(f"SET LOCAL search_path TO {SCHEMA}")
        waiting = set(session.scalars(_WAITING, {"keys": [one.key for one in errands]}))
        app = self._app()
        jobs = [
            app.configure_task(
                one.task.value,
                lock=one.turn,
                queueing_lock=one.key,
                # What ends a job comes before what begins another.
                priority=int(one.task is Task.CLOSE),
                task_kwargs={"job": one.job, "turn": one.turn, "item": one.item},
            ).job
            for one in errands
            if one.key not in waiting
        ]
        if jobs:
            app.job_manager.batch_defer_jobs(jobs, connection=connection.connection.driver_connection)
        connection.exec_driver_sql("SET LOCAL search_path TO DEFAULT")

    def run(self, do: Callable[[Errand], None], sweep: Callable[[], None], stop: Event) -> None:
        """Do errands as they come, one at a time, and sweep now and then, until told to stop.

        Returns too where the connection was lost; raises DatabaseError.
        """
        with self._errors():
            asyncio.run(self._run(do, sweep, stop))

    async def _run(self, do: Callable[[Errand], None], sweep: Callable[[], None], stop: Event) -> None:
        app = self._app()
        for task in Task:

            @app.task(name=task.value)
            def _done(job: str, turn: str, item: int, task: Task = task) -> None:
                do(Errand(task, job, turn, item))

        async with app.open_async():
            parts = [
                asyncio.create_task(
                    app.run_worker_async(
                        delete_jobs="always",
                        install_signal_handlers=False,
                        update_heartbeat_interval=self._stalled / 6,
                        stalled_worker_timeout=self._stalled,
                    )
                ),
                asyncio.create_task(self._sweep(app, sweep)),
                asyncio.create_task(_until(stop)),
            ]
            await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
            for part in parts:
                # The worker then ends what it has in hand.
                part.cancel()
            for result in await asyncio.gather(*parts, return_exceptions=True):
                if isinstance(result, Exception):
                    raise result

    async def _sweep(self, app: "App", sweep: Callable[[], None]) -> None:
        """Take back what was delivered to workers that have died since, and have it sent again."""
        from procrastinate.exceptions import ConnectorException  # noqa: PLC0415
        from procrastinate.jobs import Status  # noqa: PLC0415

        while True:
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=self._stalled):
                # Another worker may be a moment sooner.
                with suppress(ConnectorException):
                    await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)
            await asyncio.to_thread(sweep)
            await asyncio.sleep(self._stalled / 3)

    def _app(self) -> "App":
        from procrastinate import App, PsycopgConnector  # noqa: PLC0415 # only where PostgreSQL is in use

        _, settings = self._engine.dialect.create_connect_args(self._engine.url)
        options = f"{settings.get('options', '')} -c search_path={SCHEMA}"
        wanted = {**settings, "options": options, "context": None}
        return App(connector=PsycopgConnector(kwargs=wanted, min_size=1, max_size=4))

    @contextmanager
    def _errors(self) -> Iterator[None]:
        from procrastinate.exceptions import ConnectorException  # noqa: PLC0415
        from psycopg import Error  # noqa: PLC0415

        try:
            yield
        except (ConnectorException, Error) as error:
            where = self._engine.url.render_as_string(hide_password=True)
            raise DatabaseError(f"{where}: {error.__cause__ or error}") from error


async def _until(stop: Event) -> None:
    while not stop.is_set():
        await asyncio.sleep(_GLANCE)
