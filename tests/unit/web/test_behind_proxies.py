"""TLS and proxies: who is asked for where a request comes from, and what goes over TLS alone."""

import logging
from secrets import token_hex

import pytest
from flask.testing import FlaskClient
from people_doubles import Office, people_of_every_role
from rooms import TEMPLATES, Shelf

from tracker.application import create_application

PROXIED = {"X-Forwarded-For": "198.51.100.1, 203.0.113.9", "X-Forwarded-Proto": "https"}
"""What a client invents stands first; what the proxy before the server says, last."""


def served(proxies: int) -> tuple[FlaskClient, Office]:
    office = people_of_every_role()
    application = create_application(
        Shelf().room(),
        people=office.people,
        api_blueprint=None,
        templates=TEMPLATES,
        secret_key=token_hex(),
        trusted_proxies=proxies,
    )
    # The plain client: that of other tests signs itself in.
    return FlaskClient(application, application.response_class), office


def address_of_a_refused_sign_in(proxies: int, caplog: pytest.LogCaptureFixture) -> str:
    client, _ = served(proxies)
    caplog.set_level(logging.INFO, "tracker")
    page = client.get("/sign-in", headers=PROXIED, base_url="https://desk.example/").get_data(as_text=True)
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    sent = {"csrf_token": token, "name": "nobody", "password": "wrong words here"}
    answer = client.post("/sign-in", data=sent, headers=PROXIED, base_url="https://desk.example/")
    assert answer.status_code == 400
    (record,) = [one for one in caplog.records if one.getMessage() == "sign-in refused"]
    return str(record.__dict__["fields"]["address"])


def test_without_a_proxy_nobody_may_say_where_they_come_from(caplog: pytest.LogCaptureFixture) -> None:
    assert address_of_a_refused_sign_in(0, caplog) == "127.0.0.1"


def test_behind_one_its_word_counts_and_nothing_before_it(caplog: pytest.LogCaptureFixture) -> None:
    assert address_of_a_refused_sign_in(1, caplog) == "203.0.113.9"


def test_behind_two_the_word_of_the_first_counts(caplog: pytest.LogCaptureFixture) -> None:
    assert address_of_a_refused_sign_in(2, caplog) == "198.51.100.1"


@pytest.mark.parametrize(("proxies", "is_secure"), [(0, False), (1, True)])
def test_over_tls_browsers_are_told_to_come_that_way(proxies: int, *, is_secure: bool) -> None:
    client, _ = served(proxies)
    for address in ("/sign-in", "/static/counterclaim.css", "/nowhere"):
        with client.get(address, headers={"X-Forwarded-Proto": "https"}) as answer:
            wanted = "max-age=31536000; includeSubDomains" if is_secure else None
            assert answer.headers.get("Strict-Transport-Security") == wanted


def test_over_tls_cookies_are_secure_and_belong_to_this_host_alone() -> None:
    client, _ = served(0)
    for base, prefix in (("http://desk.example/", ""), ("https://desk.example/", "__Host-")):
        answer = client.get("/sign-in", base_url=base)
        (cookie,) = answer.headers.getlist("Set-Cookie")
        assert cookie.startswith(f"{prefix}counterclaim_visitor=")
        assert ("Secure" in cookie) is bool(prefix)
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie


def test_a_session_over_tls_is_not_taken_from_a_cookie_that_others_could_set() -> None:
    client, office = served(0)
    token = office.token_of(office.people.users()[0].name)
    for name, status in (("counterclaim_session", 303), ("__Host-counterclaim_session", 200)):
        client.set_cookie(name, token, domain="desk.example")
        assert client.get("/events", base_url="https://desk.example/").status_code == status


def test_nothing_but_files_that_are_all_the_same_may_be_kept_by_caches() -> None:
    client, _ = served(0)
    for address in ("/sign-in", "/", "/nowhere", "/events.json"):
        kept = client.get(address).headers["Cache-Control"]
        assert "private" in kept or "no-store" in kept, address


def test_no_answer_is_meant_for_other_sites() -> None:
    client, _ = served(0)
    for address in ("/sign-in", "/static/counterclaim.css", "/events.json", "/api/v1/nothing"):
        with client.get(address, headers={"Origin": "https://elsewhere.example"}) as answer:
            assert not [name for name, _ in answer.headers if name.startswith("Access-Control-")]


@pytest.mark.parametrize(
    "address",
    [
        "/static/",
        "/static",
        "/static/../pages.py",
        "/static/..%2fpages.py",
        "/static/%2e%2e/pages.py",
        "/static//etc/passwd",
        "/.git/config",
        "/tracker.toml",
        "/var/secret_key",
        "/templates/base.html",
    ],
)
def test_nothing_beside_our_own_files_is_served(address: str) -> None:
    client, _ = served(0)
    assert client.get(address).status_code in {303, 404}


def test_trace_is_not_answered() -> None:
    client, _ = served(0)
    for address in ("/sign-in", "/static/counterclaim.css"):
        answer = client.open(address, method="TRACE", headers={"X-Own": "swordfish"})
        assert answer.status_code in {401, 405}
        assert "swordfish" not in answer.get_data(as_text=True)


def test_signing_out_clears_what_the_browser_has_kept() -> None:
    client, office = served(0)
    client.set_cookie("counterclaim_session", office.token_of(office.people.users()[0].name))
    page = client.get("/events").get_data(as_text=True)
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    answer = client.post("/sign-out", data={"csrf_token": token})
    assert answer.status_code == 303
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
