"""Jobs: what was handed in, how far it is, and what came of it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Blueprint, flash, g, redirect, request, url_for
from werkzeug.wrappers import Response

from tracker.domain.conflicts import Conflict
from tracker.domain.jobs import (
    ItemDocument,
    ItemError,
    ItemState,
    Job,
    JobDetail,
    JobEvent,
    JobItem,
    JobStateError,
)
from tracker.web.languages import current_language
from tracker.web.languages import gettext as _
from tracker.web.pages import add_page
from tracker.web.reading_room import ReadingRoom
from tracker.web.report_desk import FORMATS
from tracker.web.weeks import report_address

PAGE_SIZE = 25
RENEWED_EVERY = 5
"""Seconds after which the page of a running job asks for itself anew where no script does it."""

_KEPT_OFF = "off"


@dataclass(frozen=True, slots=True)
class JobsPage:
    """What templates/jobs/list.html shows."""

    rows: tuple[Job, ...]
    total: int
    after: str | None
    following: str | None


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file of a job with the first of its documents."""

    position: int
    name: str
    size: int
    sha256: str
    state: ItemState
    read: int
    new: int
    known: int
    failed: int
    statements: int
    errors: tuple[ItemError, ...]
    notes: tuple[str, ...]
    documents: tuple[ItemDocument, ...]
    is_kept: bool


@dataclass(frozen=True, slots=True)
class JobPage:
    """What templates/jobs/job.html shows.

    `report` is the address of the report that it writes. `remaining` is in seconds, None where it cannot be
    told. `renews` says whether the page keeps itself up to date; `version` changes when more than numbers has
    changed on it.
    """

    job: Job
    files: tuple[FileRow, ...]
    events: tuple[JobEvent, ...]
    event_count: int
    conflicts: tuple[Conflict, ...]
    conflict_count: int
    remaining: int | None
    is_left_alone: bool
    renews: bool
    version: str
    report: str = ""
    every: int = RENEWED_EVERY
    locale: str = field(default="en", metadata={"json": False})


def add_jobs(blueprint: Blueprint, room: ReadingRoom) -> None:
    """Answer `/jobs?after=…` and `/jobs/<job_id>`, and what the buttons there send."""

    def jobs() -> JobsPage:
        after = request.args.get("after") or None
        page = room.jobs.jobs_page(after, PAGE_SIZE)
        return JobsPage(rows=page.rows, total=page.total, after=after, following=page.following)

    def job(job_id: str) -> JobPage:
        return _page(room.jobs.job(job_id), room)

    add_page(blueprint, "/jobs", "jobs", "jobs/list.html", jobs)
    add_page(blueprint, "/jobs/<job_id>", "job", "jobs/job.html", job)
    _add_acts(blueprint, room)


def _add_acts(blueprint: Blueprint, room: ReadingRoom) -> None:
    def act(job_id: str, do: Callable[..., None], done: str) -> Response:
        try:
            do(job_id, actor=g.person.name)
        except JobStateError:
            # It has gone on in the meantime; the page shows where it stands now.
            flash(_("That cannot be done any more: see where the job stands now."), "error")
        else:
            flash(done, "message")
        return redirect(url_for("pages.job", job_id=job_id), code=303)

    @blueprint.post("/jobs/relink")
    def relink() -> Response:
        return redirect(url_for("pages.job", job_id=room.jobs.relink(actor=g.person.name)), code=303)

    @blueprint.get("/jobs/<job_id>/files/<int:position>")
    def written_file(job_id: str, position: int) -> Response:
        name, content = room.jobs.written(job_id, position)
        return Response(
            content,
            content_type=FORMATS[name.rpartition(".")[2]],
            headers={
                # A page of our own making still opens from disk only: nothing of it runs among our pages.
                "Content-Disposition": f'attachment; filename="{name}"',
                "Cache-Control": "private, no-cache",
            },
        )

    @blueprint.post("/jobs/<job_id>/cancel")
    def cancel_job(job_id: str) -> Response:
        return act(job_id, room.jobs.cancel, _("The job is being stopped. What was stored stays."))

    @blueprint.post("/jobs/<job_id>/resume")
    def resume_job(job_id: str) -> Response:
        return act(job_id, room.jobs.resume, _("The job goes on where it stopped."))

    @blueprint.post("/jobs/<job_id>/retry")
    def retry_job(job_id: str) -> Response:
        return act(job_id, room.jobs.retry, _("The files that could not be read whole are tried once more."))


def _page(detail: JobDetail, room: ReadingRoom) -> JobPage:
    now, job = room.jobs.clock.now(), detail.job
    remaining = job.remaining(now)
    is_left_alone = job.is_left_alone(now, is_attended=detail.is_attended)
    counts = job.counts
    # Several workers may be at several files, and one that was begun may be put back.
    files = "".join(item.state[0] for item in detail.items)
    version = (job.state, job.stage, job.is_cancel_asked, files, counts.failed, is_left_alone)
    return JobPage(
        job=job,
        files=tuple(_file_row(item, detail.documents) for item in detail.items),
        events=detail.events,
        event_count=detail.event_count,
        conflicts=detail.conflicts,
        conflict_count=detail.conflict_count,
        remaining=None if remaining is None else round(remaining.total_seconds()),
        is_left_alone=is_left_alone,
        renews=not job.state.is_over and request.args.get("renew") != _KEPT_OFF,
        version=" ".join(map(str, version)),
        report="" if job.report is None else report_address(job.report),
        locale=str(current_language().locale).replace("_", "-"),
    )


def _file_row(item: JobItem, documents: tuple[ItemDocument, ...]) -> FileRow:
    return FileRow(
        position=item.position,
        name=item.name,
        size=item.size,
        sha256=item.sha256,
        state=item.state,
        read=item.read,
        new=item.new,
        known=item.known,
        failed=item.failed,
        statements=item.statements,
        errors=item.errors,
        notes=item.notes,
        documents=tuple(one for one in documents if one.item == item.id),
        is_kept=bool(item.file),
    )
