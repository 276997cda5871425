"""Vectors of texts, and whose vectors the statements use."""

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.storage.column_types import FloatVector, Sha256
from tracker.storage.tables.base import Base


class EmbeddingRow(Base):
    """The vector that one revision of one model gave to one text."""

    __tablename__ = "embedding"
    __table_args__ = ({"comment": "Vectors by model and digest of the text: computed once"},)

    model_name: Mapped[str] = mapped_column(Text, primary_key=True, comment="The model")
    revision: Mapped[str] = mapped_column(Text, primary_key=True, comment="Which revision of the model")
    digest: Mapped[str] = mapped_column(Sha256, primary_key=True, comment="SHA-256 of the text, UTF-8")
    dimension: Mapped[int] = mapped_column(comment="How many numbers the vector has")
    vector: Mapped[NDArray[np.float32]] = mapped_column(
        FloatVector, comment="float32, little-endian, of unit length"
    )


class ModelInUseRow(Base):
    """The one row that says which model's vectors the statements use."""

    __tablename__ = "model_in_use"
    __table_args__ = (
        CheckConstraint("id = 1", name="single_row"),
        {"comment": "Which model's vectors the statements use: one row"},
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, comment="Always 1")
    model_name: Mapped[str] = mapped_column(Text, comment="The model")
    revision: Mapped[str] = mapped_column(Text, comment="Which revision of the model")
    dimension: Mapped[int] = mapped_column(comment="How many numbers its vectors have")
