"""The API over an installation: its services, who may call it, and how often."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from tracker.api import ApiDesk, Cursors, RateLimits, Token
from tracker.api.writing import WritingDesk
from tracker.bootstrap import Installation
from tracker.cli.working import holder_name, is_gone
from tracker.domain.views import StatementFilter, StatementView
from tracker.reading.posted import read_posted
from tracker.registry.current import CurrentParties
from tracker.services.export_shelf import ExportShelf
from tracker.services.receiving import Received
from tracker.services.repeats import RepeatService
from tracker.settings import Settings, secret_key
from tracker.storage.repeats import SqlKeyBook

EXPORTS: Final = "exports"
"""The folder in TRACKER_HOME where exports lie that were asked for over HTTP."""


def api_desk(installed: Installation) -> ApiDesk:
    """The desk behind the API."""

    def similar(statement: str, k: int, wanted: StatementFilter) -> Sequence[StatementView]:
        return installed.search.similar(statement, k, wanted)

    def recall() -> float | None:
        measured = installed.index_accuracy()
        return None if measured is None else measured.recall

    return ApiDesk(
        library=installed.library,
        lists=installed.reading_lists,
        search=installed.search.search,
        similar=similar,
        dispute=installed.disputes.dispute,
        parties=CurrentParties(installed.registry),
        dossiers=installed.dossiers,
        model_name=installed.embedder.name,
        model_revision=installed.embedder.revision,
        authenticate=_authentication(installed),
        ready=installed.ready,
        cursors=Cursors(secret_key(installed.settings)),
        writing=_writing(installed),
        limits=_limits(installed.settings),
        vitals=installed.vitals,
        recall=recall,
    )


def _limits(settings: Settings) -> RateLimits:
    return RateLimits({"token": settings.api_calls_per_minute, "failures": settings.api_failures_per_minute})


def _authentication(installed: Installation) -> Callable[[str], Token | None]:
    def authenticate(token: str) -> Token | None:
        found = installed.tokens.recognise(token)
        return None if found is None else Token(found.name, frozenset({found.scope}), key=found.id)

    return authenticate


def _writing(installed: Installation) -> WritingDesk:
    clock = installed.clock

    def receive(
        record: Mapping[str, object],
        about_to_store: Callable[[str], None],
        earlier: tuple[str, ...] = (),
    ) -> Received:
        return installed.receiving.receive(read_posted(record), about_to_store, earlier)

    return WritingDesk(
        receive=receive,
        repeats=RepeatService(SqlKeyBook(installed.engine, clock.now, is_gone), clock, holder_name),
        decisions=installed.decisions,
        shelf=ExportShelf(installed.exports, installed.settings.home / EXPORTS),
    )
