"""Who may use the program."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.storage.column_types import Sha256, UtcDateTime
from tracker.storage.tables.base import Base


class UserRow(Base):
    """A person who signs in."""

    __tablename__ = "user"
    __table_args__ = ({"comment": "People who sign in"},)

    id: Mapped[int] = mapped_column(primary_key=True, comment="Running number")
    name: Mapped[str] = mapped_column(Text, unique=True, comment="The name to sign in with")
    password_hash: Mapped[str] = mapped_column(Text, comment="Hash of the password, with its parameters")
    role: Mapped[str] = mapped_column(String(16), comment="viewer, analyst or admin")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When it was added, UTC")


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
