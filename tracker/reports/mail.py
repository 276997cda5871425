"""Mailing a report: one message with its files attached, over SMTP."""

import re
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import localtime, make_msgid
from pathlib import Path
from typing import Final

from tracker.domain.errors import MailError, SettingsError
from tracker.language.catalogues import marked
from tracker.reports.content import WeeklyReport
from tracker.reports.rendering import wording_of
from tracker.settings import Settings

# One address and nothing else: no name beside it, no second one, no line break.
_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*"
)
_LONGEST_ADDRESS: Final = 254
_TIMEOUT: Final = 30.0  # seconds
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_TYPES: Final = {
    "html": ("text", "html"),
    "md": ("text", "markdown"),
    "json": ("application", "json"),
    "pdf": ("application", "pdf"),
    "xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in, and as whom. `security` is "starttls", "tls" or "none"."""

    host: str
    port: int
    security: str
    user: str
    password: str
    sender: Address

    @classmethod
    def of(cls, settings: Settings) -> "MailServer":
        """The server of the settings. Raises SettingsError that names the setting at fault."""
        if not settings.smtp_host:
            raise SettingsError("TRACKER_SMTP_HOST is not set: there is no server to hand the mail to")
        if not settings.mail_from:
            raise SettingsError("TRACKER_MAIL_FROM is not set: the mail needs an address that it comes from")
        if settings.smtp_security == "none" and settings.smtp_user and settings.smtp_host not in _LOOPBACK:
            raise SettingsError(
                "TRACKER_SMTP_SECURITY is none: a password is sent without TLS to this machine only"
            )
        return cls(
            host=settings.smtp_host,
            port=settings.smtp_port,
            security=settings.smtp_security,
            user=settings.smtp_user,
            password=settings.smtp_password.get_secret_value(),
            sender=mail_address(settings.mail_from, "TRACKER_MAIL_FROM"),
        )


@dataclass(frozen=True, slots=True)
class Post:
    """To whom reports are mailed, and over which server."""

    server: MailServer
    recipients: tuple[Address, ...]

    @classmethod
    def of(cls, settings: Settings, written: Sequence[str]) -> "Post":
        """The post for these addresses. Raises SettingsError for one that is none, or a setting at fault."""
        recipients = tuple(mail_address(one, "--mail-to") for one in dict.fromkeys(written))
        return cls(MailServer.of(settings), recipients)

    def send(self, report: WeeklyReport, files: Sequence[Path]) -> None:
        """Mail a report with its files. Raises MailError, and SettingsError for a file that is not there."""
        send(compose(report, files, self.server.sender, self.recipients), self.server)


def mail_address(written: str, origin: str) -> Address:
    """An address such as desk@example.org. Raises SettingsError that names `origin` for anything else."""
    if len(written) > _LONGEST_ADDRESS or not _ADDRESS.fullmatch(written):
        raise SettingsError(f"{origin}: {written!r} is no mail address, such as desk@example.org")
    return Address(addr_spec=written)


def compose(
    report: WeeklyReport, files: Sequence[Path], sender: Address, recipients: Sequence[Address]
) -> EmailMessage:
    """The message: a few words in the report's language, and the files of the report.

    Raises SettingsError where there is no recipient, or a file cannot be read.
    """
    if not recipients:
        raise SettingsError("the report cannot be mailed to nobody: give an address")
    wording = wording_of(report)
    say, glance, period = wording.gettext, report.glance, report.period
    message = EmailMessage()
    message["From"] = sender
    message["To"] = tuple(recipients)
    message["Date"] = localtime()
    # Named after the sender: the name of this machine is nobody's business.
    message["Message-ID"] = make_msgid(domain=sender.domain)
    message["Subject"] = say(marked("Counterclaim: statements that clash, %(period)s"), period=period.name)
    days = say(
        marked("%(first)s to %(last)s, days of UTC."),
        first=wording.day(period.first),
        last=wording.day(period.last),
    )
    counted = say(
        marked("Events: %(events)s, contested: %(contested)s, conflicts: %(conflicts)s, new: %(new)s."),
        events=glance.events.now,
        contested=glance.contested.now,
        conflicts=glance.conflicts.now,
        new=glance.new_conflicts.now,
    )
    attached = say(marked("The report is attached. Every line of it leads to a sentence in a stored source."))
    message.set_content(f"{days}\n{counted}\n\n{attached}\n")
    message["Content-Language"] = wording.code
    for path in files:
        main, sub = _TYPES[path.suffix[1:]]
        try:
            content = path.read_bytes()
        except OSError as error:
            raise SettingsError(f"{path}: it cannot be attached: {error.strerror or error}") from error
        message.add_attachment(content, maintype=main, subtype=sub, filename=path.name)
    return message


def send(message: EmailMessage, server: MailServer) -> None:
    """Hand a message to the server. Raises MailError that says where it failed."""
    try:
        with _connected(server) as session:
            if server.user:
                session.login(server.user, server.password)
            refused = session.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        raise MailError(f"{_named(server)} takes no mail for {_listed(error.recipients)}") from error
    except smtplib.SMTPAuthenticationError as error:
        raise MailError(
            f"{_named(server)} does not accept TRACKER_SMTP_USER and its password ({error.smtp_code})"
        ) from error
    except smtplib.SMTPNotSupportedError as error:
        raise MailError(
            f"{_named(server)} cannot do what the settings ask for: {error} (see TRACKER_SMTP_SECURITY)"
        ) from error
    except smtplib.SMTPResponseException as error:
        said = error.smtp_error
        reason = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        raise MailError(f"{_named(server)} refused the mail: {error.smtp_code} {reason}") from error
    except (smtplib.SMTPException, OSError) as error:
        # Of a certificate that does not hold, of a name that is not found, of a server that does not answer.
        raise MailError(f"{_named(server)} cannot be reached as the settings say: {error}") from error
    if refused:
        raise MailError(f"the mail was sent, but {_named(server)} takes none for {_listed(refused)}")


def _connected(server: MailServer) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=_TIMEOUT, context=context)
    session = smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT)
    if server.security == "starttls":
        try:
            session.starttls(context=context)
        except BaseException:
            session.close()
            raise
    return session


def _named(server: MailServer) -> str:
    return f"the mail server {server.host}:{server.port}"


def _listed(refused: dict[str, tuple[int, bytes]]) -> str:
    return ", ".join(
        f"{address} ({code} {reason.decode('utf-8', 'replace')})"
        for address, (code, reason) in refused.items()
    )
