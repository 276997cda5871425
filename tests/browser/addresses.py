"""The address of every page there is, over what a real desk holds."""

from real_desk import RealDesk

FILES = (
    ".csv",
    ".xlsx",
    ".jsonl",
    ".json",
    ".jsonld",
    "/<how>",
    ":ending>",
    ":position>",
    "/reports/new",
    "/static/<path:filename>",
    "/captures/<document_id>",
)
"""Endings of addresses of files rather than pages."""


def examples(desk: RealDesk) -> dict[str, str]:
    """A value for each argument of an address."""
    installed = desk.installed
    conflict = desk.conflicts()[0]
    statement = installed.library.statement(conflict.one)
    entry = installed.decisions.decisions.history(size=1)[0]
    done = installed.jobs.jobs_page(None, 50).rows[-1]
    place = next(one.place.place.id for one in installed.store.all_statements() if one.place)
    return {
        "event_id": conflict.event,
        "conflict_id": conflict.id,
        "statement_id": statement.statement.id,
        "document_id": statement.document.id,
        "code": "TUR",
        "number": str(entry.id),
        "entry_id": str(entry.id),
        "source_id": "1",
        "place_id": place,
        "job_id": done.id,
        "name": "2020-W02",
    }


def pages(desk: RealDesk) -> dict[str, str]:
    """Every page by its endpoint. A page with an argument that has no example yet fails the test."""
    found: dict[str, str] = {}
    given = examples(desk)
    with desk.application.test_request_context():
        for rule in desk.application.url_map.iter_rules():
            endpoint = rule.endpoint
            if not endpoint.startswith("pages.") or "GET" not in (rule.methods or ()):
                continue
            if rule.rule.endswith(FILES):
                continue
            missing = rule.arguments - given.keys()
            assert not missing, f"{rule}: no example of {missing}"
            built = rule.build({name: given[name] for name in rule.arguments})
            assert built is not None
            found[endpoint] = built[1]
    return found


def states(desk: RealDesk) -> dict[str, int]:
    """Further addresses, of pages as they rarely stand; with the status of the answer."""
    given = examples(desk)
    corrected = desk.conflicts()[1].one
    jobs = desk.installed.jobs.jobs_page(None, 50).rows
    arabic = next(one.id for one in desk.installed.store.all_documents() if one.language == "ar")
    return {
        "/events?party=GNA": 200,
        "/events?party=NOBODY&from=then": 404,
        f"/events/{given['event_id']}?range=truth": 400,
        "/search?q=airport": 200,
        "/search?q=airport&party=NOBODY&from=then": 400,
        "/review?type=involvement": 200,
        "/review?party=EGY": 200,
        "/review/attributions?party=EGY": 200,
        "/conflicts?party=EGY": 200,
        f"/statements/{corrected}": 200,
        f"/documents/{arabic}": 200,
        **{f"/jobs/{job.id}": 200 for job in jobs[:-1]},
        "/sources?letter=A": 200,
        "/parties/EGY?from=never&place=atlantis": 400,
        "/nowhere": 404,
    }
