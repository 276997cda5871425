"""Mailing reports: what arrives, what is refused, and that TLS is not given up silently."""

import shutil
import ssl
import subprocess
from collections.abc import Callable
from email.headerregistry import Address
from pathlib import Path

import pytest
from mail_server import Box, mail_server

from tracker.domain.errors import MailError, SettingsError
from tracker.reports import WeeklyReport
from tracker.reports.mail import MailServer, Post, compose, mail_address, send
from tracker.settings import Settings

Select = Callable[..., WeeklyReport]
pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1", "localhost"])]
DESK = Address("Desk", addr_spec="desk@example.org")
READER = Address(addr_spec="reader@example.net")


def settings(port: int = 25, **given: object) -> Settings:
    return Settings(
        **{
            "smtp_host": "127.0.0.1",
            "smtp_port": port,
            "smtp_security": "none",
            "mail_from": "desk@example.org",
            **given,
        }
    )


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    contents = {"pdf": b"%PDF-1.7 \x00\xff", "xlsx": b"PK\x03\x04", "md": "# تقرير\n.\n".encode()}
    paths = [tmp_path / f"counterclaim-2020-W23.{ending}" for ending in contents]
    for path, content in zip(paths, contents.values(), strict=True):
        path.write_bytes(content)
    return paths


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key with a certificate for localhost that nobody has signed but itself."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl is not installed")
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    command = [
        program, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
        "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(path), "-out", f"{path}.crt",
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
    return path


def context_of(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, in the place of all that this machine trusts."""
    original = ssl.create_default_context
    monkeypatch.setattr(ssl, "create_default_context", lambda: original(cafile=f"{certificate}.crt"))
    return certificate


def test_the_report_arrives_with_its_files(select: Select, files: list[Path]) -> None:
    box = Box()
    with mail_server(box) as port:
        post = Post.of(settings(port), ["reader@example.net", "second@example.net", "reader@example.net"])
        post.send(select(language="ar"), files)
    (mail,) = box.mails
    assert mail["From"] == "desk@example.org"
    assert mail["To"] == "reader@example.net, second@example.net"
    assert "2020-W23" in mail["Subject"]
    assert "إفادات متعارضة" in mail["Subject"]
    assert mail["Message-ID"].endswith("@example.org>")
    body = mail.get_body(("plain",))
    assert body is not None
    assert body["Content-Language"] == "ar"
    assert "الأحداث" in body.get_content()
    attached = {part.get_filename(): part for part in mail.iter_attachments()}
    assert list(attached) == [path.name for path in files]
    assert [part.get_content_type() for part in attached.values()] == [
        "application/pdf",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "text/markdown",
    ]
    for path in files:
        content = attached[path.name].get_payload(decode=True)
        assert content == path.read_bytes()
    taken = [command for command in box.commands if command.startswith("RCPT")]
    assert len(taken) == 2


@pytest.mark.parametrize(
    "written",
    [
        "", "reader", "@example.net", "reader@", "a@b, c@d", "a@b;c@d", "Reader <a@b>", "a@b\r\nBcc: c@d",
        "a@b\nX: y", "a\r\n@b", "a@b\x00", "lesér@example.net", "a@bü.example", " a@b", "a@b ", "(x)a@b",
    ],
)  # fmt: skip
def test_what_is_no_single_address_is_refused(written: str) -> None:
    with pytest.raises(SettingsError, match=r"--mail-to: .* is no mail address"):
        mail_address(written, "--mail-to")


def test_no_header_can_be_slipped_in_by_the_name_of_a_file(select: Select, tmp_path: Path) -> None:
    sly = tmp_path / "x\r\nBcc: thief@example.com\r\n.md"
    sly.write_text("x")
    with pytest.raises(ValueError, match="linefeed"):
        compose(select(), [sly], DESK, [READER])


def test_a_mail_to_nobody_is_refused(select: Select) -> None:
    with pytest.raises(SettingsError, match="to nobody"):
        compose(select(), [], DESK, [])


def test_a_file_that_is_gone_is_named(select: Select, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"gone\.pdf: it cannot be attached: No such file"):
        compose(select(), [tmp_path / "gone.pdf"], DESK, [READER])


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"smtp_host": ""}, "TRACKER_SMTP_HOST is not set"),
        ({"mail_from": ""}, "TRACKER_MAIL_FROM is not set"),
        ({"mail_from": "desk"}, "TRACKER_MAIL_FROM: 'desk' is no mail address"),
        ({"smtp_host": "mail.example", "smtp_user": "desk"}, "without TLS to this machine only"),
    ],
)
def test_settings_that_cannot_work_are_named_before_anything_is_sent(
    given: dict[str, str], message: str
) -> None:
    with pytest.raises(SettingsError, match=message):
        MailServer.of(settings(**given))


def test_tls_is_what_is_asked_for_unless_told_otherwise() -> None:
    assert Settings().smtp_security == "starttls"
    assert Settings().smtp_port == 587


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_words_and_passwords_go_encrypted(
    security: str, trusted: Path, select: Select, files: list[Path]
) -> None:
    box = Box(tls=context_of(trusted), at_once=security == "tls", accounts={"desk": "pa55"})
    with mail_server(box) as port:
        given = settings(port, smtp_security=security, smtp_user="desk", smtp_password="pa55")  # noqa: S106
        Post.of(given, ["reader@example.net"]).send(select(), files)
    assert box.encrypted
    assert len(box.mails) == 1


def failing(box: Box, message: str, select: Select, files: list[Path], **given: object) -> None:
    with mail_server(box) as port:
        post = Post.of(settings(port, **given), ["reader@example.net"])
        with pytest.raises(MailError, match=message) as raised:
            post.send(select(), files)
    assert "pa55" not in str(raised.value)
    assert f"127.0.0.1:{port}" in str(raised.value)
    assert not box.raw


def test_a_server_without_tls_gets_nothing(select: Select, files: list[Path]) -> None:
    failing(Box(), r"STARTTLS .*\(see TRACKER_SMTP_SECURITY\)", select, files, smtp_security="starttls")


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_server_that_cannot_prove_its_name_gets_nothing(
    security: str, certificate: Path, select: Select, files: list[Path]
) -> None:
    box = Box(tls=context_of(certificate), at_once=security == "tls")
    failing(box, "certificate verify failed", select, files, smtp_security=security)


def test_a_wrong_password_is_said_without_the_password(select: Select, files: list[Path]) -> None:
    box = Box(accounts={"desk": "another"})
    message = r"does not accept TRACKER_SMTP_USER and its password \(535\)"
    failing(box, message, select, files, smtp_user="desk", smtp_password="pa55")  # noqa: S106


@pytest.mark.parametrize(
    ("refuse", "message"),
    [
        ({"MAIL": "552 5.3.4 too large"}, "refused the mail: 552 .*too large"),
        (
            {"RCPT": "550 5.1.1 no such reader"},
            r"takes no mail for reader@example\.net \(550 .*no such reader",
        ),
        ({"DATA": "554 no"}, "refused the mail: 554"),
    ],
)
def test_what_the_server_refuses_is_said(
    refuse: dict[str, str], message: str, select: Select, files: list[Path]
) -> None:
    failing(Box(refuse=refuse), message, select, files)


def test_recipients_that_are_refused_are_named_though_others_were_served(
    select: Select, files: list[Path]
) -> None:
    box = Box(refuse={"RCPT TO:<gone@": "550 5.1.1 unknown"})
    with mail_server(box) as port:
        post = Post.of(settings(port), ["reader@example.net", "gone@example.net"])
        with pytest.raises(MailError, match=r"was sent, but .* takes none for gone@example\.net"):
            post.send(select(), files)
    assert len(box.mails) == 1


def test_a_server_that_is_not_there_is_said(select: Select, files: list[Path]) -> None:
    with mail_server(Box()) as port:
        pass
    message = compose(select(), files, DESK, [READER])
    with pytest.raises(MailError, match=f"127.0.0.1:{port} cannot be reached"):
        send(message, MailServer.of(settings(port)))
