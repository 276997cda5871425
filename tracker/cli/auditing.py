"""The command that checks the audit trail: verify-audit."""

import sys

import click

from tracker.bootstrap import audit_trail, trail_has_seal
from tracker.cli.console import warn
from tracker.settings import load_settings

_BROKEN = 1


@click.command("verify-audit")
@click.option(
    "--seal", help="A seal noted earlier, as backups and reports do: its entry must still be there."
)
def verify_audit(seal: str | None) -> None:
    """Check that no entry of the audit trail was changed, removed or slipped in.

    That its end was cut off shows only beside a seal that was noted before. Exit code 0: it is whole; 1: it
    is broken, and the first entry that does not fit is named.
    """
    settings = load_settings()
    count, head, broken = audit_trail(settings)
    if broken is not None:
        what = f"{broken.actor}, {broken.action}, {broken.subject_kind} {broken.subject_id}"
        click.echo(f"broken at entry {broken.id} of {count} ({broken.at.isoformat()}, {what})")
        warn(
            f"entry {broken.id} was changed, or one before it was removed or slipped in: "
            "compare with a backup before you rely on it or on anything after it"
        )
        sys.exit(_BROKEN)
    if seal is not None and not trail_has_seal(settings, seal):
        click.echo(f"broken: none of the {count} entries has the seal {seal}")
        warn("the end of the trail was cut off since that seal was noted, or it is another trail")
        sys.exit(_BROKEN)
    click.echo(f"whole: {count} entries, seal of the last one {head}")


COMMANDS = (verify_audit,)
