"""Sessions of people who sign in with a browser, their attempts to, and users who may sign in no more."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

SHA256 = sa.String(64)
ADDRESS = sa.String(64)
TEXT = sa.Text()
NUMBER = sa.Integer()
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "user", _column("disabled_at", INSTANT, "Since when they may sign in no more, UTC", nullable=True)
    )
    op.create_table(
        "web_session",
        _column("id", SHA256, "SHA-256 of the token in the cookie"),
        _column("user_id", NUMBER, "Whose it is"),
        _column("created_at", INSTANT, "When they signed in, UTC"),
        _column("last_seen_at", INSTANT, "Last use, to the minute, UTC"),
        _column("expires_at", INSTANT, "When it ends whatever happens, UTC"),
        _column("revoked_at", INSTANT, "When it was ended, UTC", nullable=True),
        _column("agent", TEXT, "How the browser names itself, shortened"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_session")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_web_session_user_id_user")),
        comment="Sessions of people who signed in with a browser",
    )
    op.create_index(op.f("ix_web_session_user_id_created_at"), "web_session", ["user_id", "created_at"])
    op.create_index(op.f("ix_web_session_expires_at"), "web_session", ["expires_at"])
    op.create_table(
        "sign_in_attempt",
        _column("id", NUMBER, "Running number"),
        _column("name_sha256", SHA256, "SHA-256 of the name that was tried"),
        _column("address", ADDRESS, "From where: an address, or a network of IPv6"),
        _column("at", INSTANT, "When, UTC"),
        _column("succeeded", sa.Boolean(), "Whether it let them in"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
        comment="Attempts to sign in of the last day",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_sign_in_attempt_address_at"), "sign_in_attempt", ["address", "at"])
    op.create_index(op.f("ix_sign_in_attempt_at"), "sign_in_attempt", ["at"])


def downgrade() -> None:
    op.drop_table("sign_in_attempt")
    op.drop_table("web_session")
    op.drop_column("user", "disabled_at")


def _column(name: str, kind: TypeEngine[Any], comment: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=nullable, comment=comment)
