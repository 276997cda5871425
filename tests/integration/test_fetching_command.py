"""`tracker ingest https://...`: refused unless it was turned on, and then kept with where it came from."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from lone_server import lone_server, page
from tracker_shell import Shell

from tracker.bootstrap import installation
from tracker.reading import fetching
from tracker.reading.fetching import Fetcher

pytestmark = [pytest.mark.model, pytest.mark.allow_hosts(["127.0.0.1"])]

ARTICLE = (
    "<html><body><article><p>The Government of National Accord said on Monday that two tankers had left the "
    "port of Sirte.</p></article></body></html>"
)


def test_an_address_is_refused_with_how_to_turn_it_on(shell: Shell) -> None:
    shell.ok("init")
    answer = shell("ingest", "https://news.example/one")
    assert answer.code == 3
    assert "TRACKER_FETCH=on" in answer.err
    assert answer.out == ""


def test_what_was_fetched_says_from_where_and_when(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.ok("init")
    here = partial(Fetcher, resolve=lambda _host, _port: ["127.0.0.1"])
    monkeypatch.setattr("tracker.cli.reading.Fetcher", here)
    refused = replace(shell, settings={"TRACKER_FETCH": "on"})("ingest", "http://news.example/one", "--json")
    assert refused.code == 4
    assert "no address of the public web: this machine" in refused.err

    monkeypatch.setattr(fetching, "checked_addresses", tuple)
    with lone_server(lambda _: page(ARTICLE)) as server:
        on = replace(shell, settings={"TRACKER_FETCH": "on", "TRACKER_FETCH_PORTS": str(server.port)})
        address = f"http://news.example:{server.port}/one"
        assert on.ok("ingest", address, "--json").json()["documents"]["new"] == 1
        # Once more it is the same document, from where and when it was fetched first.
        assert on.ok("ingest", address, "--json").json()["documents"]["known"] == 1
    (row,) = shell.rows(shell.home.parent / "out")["documents"]
    with installation(shell.read_settings(), pytest.fail) as installed:
        view = installed.library.document(row["id"])
    assert view.retrieval is not None
    assert view.retrieval.address == view.document.url == address
    assert abs(view.retrieval.at - datetime.now(UTC)) < timedelta(minutes=10)
    assert view.captured_at >= view.retrieval.at
