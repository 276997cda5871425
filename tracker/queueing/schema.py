"""Where Procrastinate's tables stand: in a schema of their own, which may be dropped and made anew.

Errands that were lost with them are sent again by whichever worker sweeps next.
"""

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from tracker.domain.errors import SettingsError

SCHEMA = "procrastinate"


def installed_version() -> str:
    """The version of the package. Raises SettingsError where it is missing."""
    try:
        return version("procrastinate")
    except PackageNotFoundError as error:
        raise SettingsError(
            "on PostgreSQL jobs are delivered by procrastinate, which is not installed: "
            "pip install --constraint constraints.txt --editable '.[postgresql]'"
        ) from error


def creation() -> Sequence[str]:
    """The commands that make the tables as the installed version wants them, and note which one that is.

    Raises SettingsError where the package is missing.
    """
    noted = installed_version()
    from procrastinate.schema import SchemaManager  # noqa: PLC0415 # only where PostgreSQL is in use

    return (
        f"CREATE SCHEMA {SCHEMA}",
        f"COMMENT ON SCHEMA {SCHEMA} IS 'procrastinate {noted}: delivers the errands of jobs'",
        f"SET LOCAL search_path TO {SCHEMA}",
        SchemaManager.get_schema(),
        "SET LOCAL search_path TO DEFAULT",
    )
