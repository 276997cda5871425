"""What all tables share."""

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

# Constraints need names: SQLite can only change a table by copying it, constraint by named constraint.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The root of all table classes. Migrations alone create the tables."""

    metadata = MetaData(naming_convention=NAMING)
