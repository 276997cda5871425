"""Requests of the API that may come twice."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.storage.column_types import Sha256, UtcDateTime
from tracker.storage.tables.base import Base


class IdempotencyKeyRow(Base):
    """One request, by the key that its caller gave it, and its answer once there is one."""

    __tablename__ = "idempotency_key"
    __table_args__ = ({"comment": "Requests by the Idempotency-Key of their caller, for a day"},)

    token_id: Mapped[str] = mapped_column(
        ForeignKey("api_token.id"), primary_key=True, comment="Whose request it is"
    )
    key: Mapped[str] = mapped_column(String(255), primary_key=True, comment="The caller's key")
    fingerprint: Mapped[str] = mapped_column(Sha256, comment="SHA-256 of what was asked for")
    holder: Mapped[str] = mapped_column(Text, comment="The process that answers it, or did")
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When that process began, UTC")
    expires_at: Mapped[datetime] = mapped_column(
        UtcDateTime, index=True, comment="From when on the key is free again, UTC"
    )
    documents: Mapped[Any] = mapped_column(JSON, comment="Ids of documents that are stored for it")
    status: Mapped[int | None] = mapped_column(comment="The answer's status; null while there is none")
    headers: Mapped[Any] = mapped_column(JSON, comment="Headers of the answer")
    body: Mapped[bytes] = mapped_column(LargeBinary, comment="The answer's body")
