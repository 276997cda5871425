"""Making the report of an installation."""

from dataclasses import dataclass
from datetime import UTC, date
from pathlib import Path

from tracker.bootstrap import Installation
from tracker.language.catalogues import LANGUAGES
from tracker.reports.choosing import Held
from tracker.reports.content import WeeklyReport
from tracker.reports.earlier import Earlier
from tracker.reports.names import Names
from tracker.reports.options import ReportOptionError
from tracker.reports.period import Period
from tracker.reports.weekly import Question, select_report


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """What somebody asks of a report.

    `as_of` None means today (UTC), by the clock. `parties` are codes; `place` an id or a name of the
    gazetteer; `compare` the file for machines of an earlier report.
    """

    period: Period
    as_of: date | None = None
    parties: tuple[str, ...] = ()
    place: str | None = None
    language: str = "en"
    base_url: str = ""
    compare: Path | None = None


def make_report(installed: Installation, request: ReportRequest) -> WeeklyReport:
    """The report that is asked for.

    Raises ReportOptionError for a party, place or language that there is not, SettingsError for a base
    address or an earlier report that is none.
    """
    if request.language not in LANGUAGES:
        known_ones = ", ".join(LANGUAGES)
        raise ReportOptionError(f"reports are not written in {request.language!r}; use one of {known_ones}")
    registry = installed.registry.now()
    names = Names(request.language, registry.parties, registry.speakers, installed.places)
    known = {party.code for party in registry.parties}
    unknown = [code for code in request.parties if code not in known]
    if unknown:
        raise ReportOptionError(f"there is no party {unknown[0]!r}; there are {', '.join(sorted(known))}")
    question = Question(
        period=request.period,
        as_of=request.as_of or installed.clock.now().astimezone(UTC).date(),
        held=Held(
            parties=tuple(dict.fromkeys(request.parties)),
            place=names.place(request.place) if request.place else None,
        ),
        language=request.language,
        base_url=request.base_url,
        earlier=Earlier.read(request.compare) if request.compare else None,
    )
    question_model, stance_model = (str(one.identity) for one in installed.reporting.comparing.models)
    return select_report(
        installed.reporting,
        question,
        names,
        model=str(installed.embeddings.identity),
        question_model=question_model,
        stance_model=stance_model,
    )
