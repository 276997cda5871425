"""Editing the registry: what administrators add is there at once, and can be taken back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html
from room_dossiers import MemoryRegistry
from rooms import PARTIES, Shelf, application_of

from tracker.domain.audit import AuditEntry
from tracker.domain.people import Role
from tracker.registry.current import CurrentParties, CurrentRegistry
from tracker.registry.loading import Registry
from tracker.services.registry import RegistryService

GUARD = {
    "code": "SHG",
    "label_en": "Harbour Guard",
    "label_ar": "حرس الميناء",
    "names_en": "Sidra Harbour Guard\nharbour guards",
    "names_ar": "حرس ميناء السدرة",
    "allies": ["GNA"],
    "reason": "It speaks in the June reports.",
}


class _Recorded(MemoryRegistry):
    """The trail in memory, the file on a disk."""

    def __init__(self, shipped: Registry, file: CurrentRegistry) -> None:
        super().__init__(shipped)
        self.file = file

    def edit(self, change: Callable[[str], str], **told: Any) -> AuditEntry:
        self.text = self.file.read()
        entry = super().edit(change, **told)
        self.file.write(self.text)
        return entry


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "parties.toml"


def client_of(file: Path) -> FlaskClient:
    shipped = Registry(tuple(PARTIES.values()), ())
    current = CurrentRegistry(file, shipped)
    service = RegistryService(current, _Recorded(shipped, current))
    room = replace(Shelf().room(), registry=service, parties=CurrentParties(current))
    return application_of(room, role=Role.ADMIN).test_client()


@pytest.fixture
def client(file: Path) -> FlaskClient:
    return client_of(file)


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """For additions that are all refused."""
    return client_of(tmp_path_factory.mktemp("untouched") / "parties.toml")


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def parsed(text: str) -> html.HtmlElement:
    return html.document_fromstring(text)


def shown(client: FlaskClient, path: str = "/parties/registry") -> html.HtmlElement:
    return parsed(client.get(path).get_data(as_text=True))


def fault_of(client: FlaskClient, path: str, form: dict[str, object], status: int = 400) -> tuple[str, str]:
    """The field at fault and what is told beside it."""
    answer = client.post(path, data=form)
    assert answer.status_code == status, answer.get_data(as_text=True)
    page = parsed(answer.get_data(as_text=True))
    [fault] = page.find_class("fault")
    [control] = page.xpath("//*[@aria-describedby=$id]", id=fault.get("id"))
    return control.get("name", ""), words(fault)


def test_a_party_that_is_added_has_a_dossier_at_once(client: FlaskClient, file: Path) -> None:
    answer = client.post("/parties/registry/party", data=GUARD)
    assert (answer.status_code, answer.location) == (303, "/parties/registry?party=SHG")
    listed = shown(client, "/parties")
    assert "Harbour Guard SHG Allied with GNA" in words(listed)
    dossier = words(shown(client, "/parties/SHG"))
    assert "حرس ميناء السدرة" in dossier
    assert "harbour guards" in dossier
    assert 'code = "SHG"' in file.read_text(encoding="utf-8")
    assert "# add_party by adil: It speaks in the June reports." in file.read_text(encoding="utf-8")


def test_a_new_party_may_have_a_first_day_and_be_a_foreign_state(client: FlaskClient, file: Path) -> None:
    client.post("/parties/registry/party", data={**GUARD, "since": "2016-03-30", "foreign": "on"})
    assert "A party from 30 March 2016 on" in words(shown(client, "/parties/SHG"))
    party = CurrentRegistry(file, Registry(tuple(PARTIES.values()), ())).now().parties[-1]
    assert (party.code, party.since, party.foreign) == ("SHG", date(2016, 3, 30), True)


def test_the_new_party_is_offered_and_marked_like_all_others(client: FlaskClient) -> None:
    client.post("/parties/registry/party", data=GUARD)
    assert "SHG" in shown(client).xpath("//select[@id='names-party']/option/@value")
    tag, *_ = shown(client, "/parties").xpath("//abbr[text()='SHG']")
    assert tag.get("data-mark") is not None


def test_names_and_speakers_are_added_to_a_party_that_ships(client: FlaskClient) -> None:
    names = {"party": "GNA", "kind": "qualifiers", "language": "tr", "names": "Trablus\n\n Trablus "}
    assert client.post("/parties/registry/names", data=names).status_code == 303
    speaker = {
        "party": "GNA",
        "name_en": "Huda Sidri",
        "name_ar": "هدى السدري",
        "short_en": "Sidri",
        "offices": "harbour master\nspokeswoman of the port",
        "since": "2019-04-01",
        "until": "2020-06-30",
    }
    assert client.post("/parties/registry/speaker", data=speaker).status_code == 303
    known = words(shown(client, "/parties/GNA").get_element_by_id("known"))
    assert "1 spelling Latin script Trablus" in known
    assert "Huda Sidri; هدى السدري harbour master; spokeswoman of the port;" in known
    assert "1 April 2019 to 30 June 2020" in known


@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({"code": "  "}, "code", "Please fill this in."),
        ({"code": "shg"}, "code", "A code has 2 to 16 capital letters"),
        ({"code": "GNA"}, "code", "There is already a party GNA."),
        ({"label_en": " "}, "label_en", "Please fill this in."),
        ({"label_ar": "x" * 121}, "label_ar", "That is too long."),
        ({"names_en": "", "names_ar": ""}, "names_en", "Please give at least one name"),
        ({"names_en": "guard\u202e"}, "names_en", "That cannot be used here."),
        ({"names_en": "*"}, "names_en", "That cannot be used here."),
        ({"description": "x" * 501}, "description", "That is too long."),
        ({"since": "30 March"}, "since", "Please write the day as year-month-day"),
    ],
)
def test_a_party_that_cannot_be_is_told_beside_its_field(
    untouched: FlaskClient, changes: dict[str, object], field: str, told: str
) -> None:
    found = fault_of(untouched, "/parties/registry/party", {**GUARD, **changes})
    assert found[0] == field
    assert found[1].startswith(told)
    assert "Nobody has added anything" in words(shown(untouched))


def test_what_was_typed_stays_in_the_form(untouched: FlaskClient) -> None:
    answer = untouched.post("/parties/registry/party", data={**GUARD, "code": "GNA", "foreign": "on"})
    page = parsed(answer.get_data(as_text=True))
    assert page.get_element_by_id("party-label_ar").get("value") == "حرس الميناء"
    assert page.get_element_by_id("party-names_en").text == "Sidra Harbour Guard\nharbour guards"
    assert page.xpath("//input[@name='allies'][@checked]/@value") == ["GNA"]
    assert page.xpath("//input[@name='foreign']/@checked")


def test_a_name_of_another_party_is_told_with_that_party(client: FlaskClient) -> None:
    client.post("/parties/registry/party", data=GUARD)
    names = {"party": "LNA", "kind": "names", "language": "en", "names": "Sidra harbour GUARD"}
    field, told = fault_of(client, "/parties/registry/names", names)
    assert (field, told) == ("names", "“Sidra harbour GUARD” is already a name of SHG.")


@pytest.mark.parametrize(
    ("path", "form", "field", "told"),
    [
        (
            "names",
            {"party": "NO", "kind": "names", "language": "en", "names": "x"},
            "party",
            "Nothing is known",
        ),
        (
            "names",
            {"party": "GNA", "kind": "nick", "language": "en", "names": "x"},
            "kind",
            "Nothing is known",
        ),
        ("names", {"party": "GNA", "kind": "names", "language": "fr", "names": "x"}, "language", "Nothing"),
        ("names", {"party": "GNA", "kind": "names", "language": "en", "names": " "}, "names", "Please give"),
        ("speaker", {"party": "GNA", "name_en": ""}, "name_en", "Please fill this in."),
        ("speaker", {"party": "GNA", "name_en": "X", "since": "2020"}, "since", "Please write the day"),
        (
            "speaker",
            {"party": "GNA", "name_en": "X", "since": "2020-02-01", "until": "2020-01-01"},
            "until",
            "The last day lies before the first.",
        ),
    ],
)
def test_other_additions_at_fault_are_told_beside_their_field(
    untouched: FlaskClient, path: str, form: dict[str, object], field: str, told: str
) -> None:
    found = fault_of(untouched, f"/parties/registry/{path}", form)
    assert found[0] == field
    assert found[1].startswith(told)


def test_a_name_that_the_party_has_already_is_no_edit(client: FlaskClient) -> None:
    names = {"party": "GNA", "kind": "names", "language": "en", "names": "Council of the coast"}
    client.post("/parties/registry/names", data=names)
    field, told = fault_of(client, "/parties/registry/names", names)
    assert (field, told) == ("names", "The party has that name already. (Council of the coast)")


def test_edits_are_taken_back_the_last_one_first(client: FlaskClient, file: Path) -> None:
    client.post("/parties/registry/party", data=GUARD)
    after_party = file.read_text(encoding="utf-8")
    names = {"party": "SHG", "kind": "names", "language": "en", "names": "pier guard"}
    client.post("/parties/registry/names", data=names)
    edits = shown(client).xpath("//ol[@class='edits']/li")
    assert [words(edit.xpath("./p")[0]).split(" 2")[0] for edit in edits] == [
        "adil added names to SHG",
        "adil added the party SHG",
    ]
    assert shown(client).xpath("//input[@name='edit']/@value") == ["2"]
    early = client.post("/parties/registry/undo", data={"edit": "1"})
    assert early.status_code == 409
    assert "take the later edit back first" in early.get_data(as_text=True)
    assert client.post("/parties/registry/undo", data={"edit": "2"}).status_code == 303
    assert file.read_text(encoding="utf-8") == after_party
    assert shown(client).xpath("//input[@name='edit']/@value") == ["1"]
    answer = client.post("/parties/registry/undo", data={"edit": "1"})
    assert (answer.status_code, answer.location) == (303, "/parties/registry")
    assert file.read_text(encoding="utf-8") == ""
    assert client.get("/parties/SHG").status_code == 404
    assert [words(mark) for mark in shown(client).xpath("//ol[@class='edits']//strong")] == ["Taken back"] * 2
    # What was taken back can be added once more.
    assert client.post("/parties/registry/party", data=GUARD).status_code == 303
    assert client.get("/parties/SHG").status_code == 200


def test_what_was_written_into_the_file_by_hand_is_not_taken_back(client: FlaskClient, file: Path) -> None:
    client.post("/parties/registry/party", data=GUARD)
    with file.open("a", encoding="utf-8") as opened:
        opened.write("# checked by the desk\n")
    assert shown(client).xpath("//input[@name='edit']") == []
    assert client.post("/parties/registry/undo", data={"edit": "1"}).status_code == 409
    assert "checked by the desk" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(("edit", "status"), [("", 400), ("one", 400), ("7", 404)])
def test_an_edit_that_does_not_exist_cannot_be_taken_back(
    client: FlaskClient, edit: str, status: int
) -> None:
    assert client.post("/parties/registry/undo", data={"edit": edit}).status_code == status


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST])
def test_nobody_else_may_edit_the_registry(role: Role) -> None:
    client = application_of(Shelf().room(), role=role).test_client()
    assert client.get("/parties/registry").status_code == 403
    assert client.post("/parties/registry/party", data=GUARD).status_code == 403


def test_markup_in_a_name_stays_text(client: FlaskClient) -> None:
    hostile = '<b onmouseover="x()">"Guard\\'
    form = {**GUARD, "label_en": hostile, "names_en": hostile}
    assert client.post("/parties/registry/party", data=form).status_code == 303
    for path in ("/parties", "/parties/SHG", "/parties/registry"):
        page = shown(client, path)
        assert not page.xpath("//@onmouseover")
        assert hostile in page.text_content()
