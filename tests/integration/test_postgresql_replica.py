"""A server over a streaming replica: it answers as the one over the primary does, and takes nothing in."""

import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
import real_postgresql
import test_client
from sqlalchemy import make_url, text
from test_api_exercised import served as served_in_this_process
from tracker_shell import Shell

from tracker.client import ApiError, Client
from tracker.storage.engine import make_engine

pytestmark = [pytest.mark.model, pytest.mark.allow_hosts(["127.0.0.1"])]

# The very tests that a server over the primary passes, run against one over the replica.
test_what_is_asked_of_the_replica = test_client.test_what_is_asked_for_comes_as_the_types_say
test_errors_of_the_replica = test_client.test_errors_say_what_the_server_said
if real_postgresql.THOROUGH:
    test_an_event_read_from_the_replica = test_client.test_an_event_and_what_is_contested_in_it
    test_iterators_over_the_replica = test_client.test_iterators_read_on_to_the_end


@dataclass(frozen=True)
class Pair:
    """The command over the primary, and a server over its replica."""

    primary: Shell
    replica: Shell
    address: str

    def wait(self) -> None:
        """Until the replica has what the primary has."""
        here, there = (make_engine(shell.settings["TRACKER_DATABASE_URL"]) for shell in self.shells())
        with here.connect() as connection:
            written = connection.scalar(text("SELECT pg_current_wal_insert_lsn()::text"))
        end = time.monotonic() + 60
        with there.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            behind = text("SELECT pg_last_wal_replay_lsn() < CAST(:written AS pg_lsn)")
            while connection.scalar(behind, {"written": written}):
                assert time.monotonic() < end
                time.sleep(0.01)
        here.dispose()
        there.dispose()

    def shells(self) -> tuple[Shell, Shell]:
        return self.primary, self.replica

    def client(self, scope: str) -> Client:
        """A client of the replica's server, whose token was made at the primary."""
        token = self.primary.ok("token", "create", "--name", scope, "--scope", scope).out.strip()
        self.wait()
        return Client(self.address, token)


@pytest.fixture(scope="module")
def pair(demonstration_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("replicated")
    home = Path(shutil.copytree(demonstration_home, folder / "home"))
    if real_postgresql.IN_USE:
        url = real_postgresql.of_home(home)
    else:
        url = real_postgresql.url_of(real_postgresql.new_database())
        Shell(home).ok("migrate-to", url)
    primary, database = Shell(home, {"TRACKER_DATABASE_URL": url}), make_url(url).database
    with real_postgresql.replica() as of_replica:
        reading = Shell(folder / "reading", {"TRACKER_DATABASE_URL": of_replica.format(database)})
        reading.home.mkdir()
        with served_in_this_process(reading) as address:
            yield Pair(primary, reading, address)


@pytest.fixture(scope="module")
def reader(pair: Pair) -> Client:
    return pair.client("read")


def test_a_replica_takes_nothing_in_and_says_so(pair: Pair) -> None:
    with pytest.raises(ApiError) as raised:
        pair.client("ingest").ingest(
            {"text": test_client.NEWS.format(number="nine"), "published": "2020-03-10"}
        )
    assert (raised.value.status, raised.value.kind) == (503, "unavailable")
    assert "this server answers from a replica" in str(raised.value)


def test_nobody_can_sign_in_at_a_replica_and_its_page_says_why(pair: Pair) -> None:
    pair.primary.ok("user", "add", "amal", "--role", "viewer", standard_input=b"four words in a row\n")
    pair.wait()
    browser = build_opener(HTTPCookieProcessor())
    with browser.open(f"{pair.address}/sign-in") as page:
        token, *_ = re.findall(r'name="csrf_token" value="([0-9a-f]+)"', page.read().decode())
    form = urlencode({"csrf_token": token, "name": "amal", "password": "four words in a row"})
    with pytest.raises(HTTPError) as refused:
        browser.open(f"{pair.address}/sign-in", form.encode())
    assert refused.value.code == 503
    assert "answers from a replica" in refused.value.read().decode()


def test_what_is_ingested_at_the_primary_is_found_at_the_replica(pair: Pair, reader: Client) -> None:
    text = test_client.NEWS.format(number="seventy")
    pair.primary.ok("ingest", "-", "--published", "2020-03-10", standard_input=text.encode())
    pair.wait()
    found = reader.search("seventy tankers left the port of Ras Lanuf", k=3)
    assert "seventy tankers" in found["results"][0]["statement"]["quote"]
    # The same vectors, which the replica's own index was fed with.
    statement = found["results"][0]["statement"]["id"]
    assert reader.similar(statement, k=1)["results"]


def test_commands_at_a_replica_read_and_refuse_to_write(pair: Pair, tmp_path: Path) -> None:
    primary, reading = pair.shells()
    pair.wait()
    assert reading.exported(tmp_path / "one") == primary.exported(tmp_path / "other")
    assert reading.ok("verify-audit").out == primary.ok("verify-audit").out
    answer = reading("ingest", "-", standard_input=b"The army said on Monday that it left Brak.")
    assert answer.code == 3
    assert "is a replica, or only read" in answer.err
