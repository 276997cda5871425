"""Who may use the program, and the sessions in which they do."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.domain.people import Role
from tracker.storage.column_types import Sha256, UtcDateTime, words
from tracker.storage.tables.base import Base


class UserRow(Base):
    """A person who signs in."""

    __tablename__ = "user"
    __table_args__ = ({"comment": "People who sign in"},)

    id: Mapped[int] = mapped_column(primary_key=True, comment="Running number")
    name: Mapped[str] = mapped_column(Text, unique=True, comment="The name to sign in with")
    password_hash: Mapped[str] = mapped_column(Text, comment="Hash of the password, with its parameters")
    role: Mapped[Role] = mapped_column(words(Role), comment="viewer, analyst or admin")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When it was added, UTC")
    disabled_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, comment="Since when they may sign in no more, UTC"
    )


class WebSessionRow(Base):
    """One sign-in of one browser. Its token is never stored."""

    __tablename__ = "web_session"
    __table_args__ = (
        Index(None, "user_id", "created_at"),
        {"comment": "Sessions of people who signed in with a browser"},
    )

    id: Mapped[str] = mapped_column(Sha256, primary_key=True, comment="SHA-256 of the token in the cookie")
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="Whose it is")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When they signed in, UTC")
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="Last use, to the minute, UTC")
    expires_at: Mapped[datetime] = mapped_column(
        UtcDateTime, index=True, comment="When it ends whatever happens, UTC"
    )
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When it was ended, UTC")
    agent: Mapped[str] = mapped_column(Text, comment="How the browser names itself, shortened")


class SignInAttemptRow(Base):
    """One attempt to sign in, kept for a day, so that guesses can be slowed down."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index(None, "address", "at"),
        {"sqlite_autoincrement": True, "comment": "Attempts to sign in of the last day"},
    )

    id: Mapped[int] = mapped_column(primary_key=True, comment="Running number")
    # People type passwords where the name belongs.
    name_sha256: Mapped[str] = mapped_column(Sha256, comment="SHA-256 of the name that was tried")
    address: Mapped[str] = mapped_column(String(64), comment="From where: an address, or a network of IPv6")
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True, comment="When, UTC")
    succeeded: Mapped[bool] = mapped_column(comment="Whether it let them in")


class ApiTokenRow(Base):
    """A bearer token of the API. The secret itself is never stored."""

    __tablename__ = "api_token"
    __table_args__ = ({"comment": "Bearer tokens of the API"},)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, comment="The part of it that is no secret")
    name: Mapped[str] = mapped_column(Text, comment="What it is for")
    sha256: Mapped[str] = mapped_column(Sha256, unique=True, comment="SHA-256 of the whole token")
    scope: Mapped[str] = mapped_column(String(16), comment="read, ingest, review or admin")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When it was made, UTC")
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When it stops working, UTC")
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When it was last used, UTC")
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When it was revoked, UTC")
