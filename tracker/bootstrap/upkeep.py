"""What is done to a database without all of its services: creating, checking, its jobs."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tracker.bootstrap.clock import SystemClock
from tracker.bootstrap.indexing import IndexCare
from tracker.bootstrap.sharing import INCOMING, deliveries, incoming_files
from tracker.bootstrap.wiring import installation
from tracker.domain.audit import AuditEntry
from tracker.domain.errors import SettingsError, TrackerError
from tracker.registry.current import CurrentRegistry
from tracker.registry.overlay import OVERLAY
from tracker.resources import MIGRATIONS
from tracker.settings import Settings
from tracker.storage.backup import Home, Manifest, restore_backup, write_backup
from tracker.storage.condition import condition
from tracker.storage.decisions import SqlDecisions
from tracker.storage.engine import make_engine
from tracker.storage.event_summaries import complete_summaries
from tracker.storage.incoming import IncomingFolder
from tracker.storage.incoming_blocks import IncomingBlocks, take_over
from tracker.storage.job_queue import SqlJobQueue
from tracker.storage.migration import require_current, upgrade
from tracker.storage.moving_over import MovedTable, Progress, move_over
from tracker.storage.registry import sync_registry


def initialise(settings: Settings) -> None:
    """Create the database or bring it to the newest revision, and copy the registry into it."""
    upgrade(settings.database, MIGRATIONS)
    engine = make_engine(settings.database)
    try:
        registry = CurrentRegistry(settings.home / OVERLAY)
        sync_registry(engine, registry.parties, registry.speakers)
        complete_summaries(engine)
    finally:
        engine.dispose()


def audit_trail(settings: Settings) -> tuple[int, str, AuditEntry | None]:
    """How many entries the audit trail has, the seal of the last, and the first whose seal does not fit.

    None where the trail is whole. Needs neither model nor index. Raises DatabaseError.
    """
    engine = make_engine(settings.database)
    try:
        require_current(engine, MIGRATIONS)
        decisions = SqlDecisions(engine, SystemClock().now)
        count, head = decisions.head()
        return count, head, decisions.broken_entry()
    finally:
        engine.dispose()


def trail_has_seal(settings: Settings, sha256: str) -> bool:
    """Whether the audit trail still has the entry of a seal that was noted earlier. Raises DatabaseError."""
    engine = make_engine(settings.database)
    try:
        require_current(engine, MIGRATIONS)
        return SqlDecisions(engine, SystemClock().now).has_seal(sha256)
    finally:
        engine.dispose()


def back_up(settings: Settings, target: Path, *, version: str) -> Manifest:
    """Write a backup of an installation into a file. Raises DatabaseError, BackupError."""
    engine = make_engine(settings.database)
    try:
        require_current(engine, MIGRATIONS)
        home = Home(settings.home, INCOMING, (OVERLAY,))
        made_at = SystemClock().now().isoformat(timespec="seconds")
        return write_backup(engine, home, target.absolute(), made_at=made_at, version=version)
    finally:
        engine.dispose()


def put_back(settings: Settings, source: Path) -> Manifest:
    """Restore a backup into the home that the settings name, and bring it to the newest revision.

    Raises SettingsError, BackupError, and DatabaseError where it was made by a newer version.
    """
    if settings.database_url:
        raise SettingsError("TRACKER_DATABASE_URL is set: a backup is restored into TRACKER_HOME alone")
    manifest = restore_backup(source, settings.home)
    initialise(settings)
    return manifest


def move_to(settings: Settings, url: str, progress: Progress) -> list[MovedTable]:
    """Move an installation on SQLite into an empty PostgreSQL database. Raises SettingsError, DatabaseError.

    Files that wait to be read come along; what else lies beside the database in TRACKER_HOME stays where it
    is, and is used from there.
    """
    source = make_engine(settings.database)
    try:
        target = make_engine(url)
        try:
            folder, now = IncomingFolder(settings.home / INCOMING), SystemClock().now()
            return move_over(source, target, MIGRATIONS, progress, lambda here: take_over(here, folder, now))
        finally:
            target.dispose()
    finally:
        source.dispose()


@contextmanager
def job_queue(
    settings: Settings, is_gone: Callable[[str], bool]
) -> Iterator[tuple[SqlJobQueue, IncomingFolder | IncomingBlocks]]:
    """The jobs and their files, as a worker needs them while there is nothing to do: without model and index.

    `is_gone` says of a worker's name whether its process has ended. Raises DatabaseError.
    """
    engine = make_engine(settings.database)
    try:
        require_current(engine, MIGRATIONS)
        yield SqlJobQueue(engine, SystemClock().now, is_gone), incoming_files(settings, engine)
    finally:
        engine.dispose()


def checks(settings: Settings) -> Sequence[tuple[str, str]]:
    """What `doctor` looks at: for each part "ok" or what is wrong and what to do about it."""
    results = [("settings", "ok")]
    try:
        results.extend(_condition(settings))
        with installation(settings, lambda _: None, care=IndexCare.LEAVE) as installed:
            results.append(("database", "ok"))
            report = installed.verify_index()
            results.append(("index", "ok" if report.is_sound else "run `tracker index rebuild`"))
            installed.models.load()
            results.append(("model", "ok"))
            results += [("notice", notice) for notice in installed.notices()]
    except TrackerError as error:
        results.append((_in_words(type(error).__name__.removesuffix("Error")), str(error)))
    return results


def _in_words(name: str) -> str:
    """The name of a class as words: "IndexDamaged" is "index damaged"."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()


def _condition(settings: Settings) -> Iterator[tuple[str, str]]:
    engine = make_engine(settings.database)
    try:
        require_current(engine, MIGRATIONS)
        yield from condition(engine, settings.home, SystemClock().now())
        if (delivered := deliveries(engine)) is not None:
            yield "queue", delivered.state()
    finally:
        engine.dispose()
