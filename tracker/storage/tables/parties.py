"""Parties and those who speak for them, copied from the registry."""

from datetime import date

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.storage.tables.base import Base


class PartyRow(Base):
    """A party of the registry."""

    __tablename__ = "party"
    __table_args__ = ({"comment": "Sides that put statements forward"},)

    code: Mapped[str] = mapped_column(String(16), primary_key=True, comment="Its code, such as LNA")
    label: Mapped[dict[str, str]] = mapped_column(JSON, comment="Its label by language code")
    description: Mapped[str] = mapped_column(Text, comment="Who belongs to it")
    allies: Mapped[list[str]] = mapped_column(JSON, comment="Codes of the parties on its side")
    names: Mapped[dict[str, list[str]]] = mapped_column(JSON, comment="Its names by language code")


class SpeakerRow(Base):
    """A person or office of the registry that speaks for a party."""

    __tablename__ = "speaker"
    __table_args__ = ({"comment": "Persons and offices known to speak for a party"},)

    id: Mapped[int] = mapped_column(primary_key=True, comment="Running number")
    key: Mapped[str] = mapped_column(
        Text, unique=True, comment="Party, main name and first day: what makes it one and the same"
    )
    party_code: Mapped[str] = mapped_column(
        ForeignKey("party.code"), index=True, comment="For whom it speaks"
    )
    names: Mapped[dict[str, str]] = mapped_column(JSON, comment="The full name by language code")
    short_names: Mapped[dict[str, list[str]]] = mapped_column(JSON, comment="Short names by language code")
    offices: Mapped[list[str]] = mapped_column(JSON, comment="Offices held")
    since: Mapped[date | None] = mapped_column(comment="First day it speaks for the party")
    until: Mapped[date | None] = mapped_column(comment="Last day it speaks for the party")
