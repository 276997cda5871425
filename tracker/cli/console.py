"""Words on standard error: progress and warnings."""

import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from tracker.bootstrap import IndexCare, Installation, Models, installation
from tracker.cli import logs
from tracker.settings import Settings, load_settings

_EVERY = 0.2  # seconds between two updates of the progress line

_logger = logging.getLogger("tracker.console")


def warn(message: str) -> None:
    """Say something that is degraded or was mended."""
    if logs.is_structured():
        _logger.warning("%s", message)
    else:
        click.echo(f"tracker: {message}", err=True)


@contextmanager
def opened(
    *,
    care: IndexCare = IndexCare.MEND,
    models: Callable[[Settings], Models] = Models.of,
) -> Iterator[Installation]:
    """The installation that the settings describe, with its models, for the length of a command."""
    settings = load_settings()
    with installation(settings, warn, care=care, models=models(settings)) as installed:
        yield installed


class ProgressLine:
    """A line on standard error that is written over; where that is no terminal, a line a stage."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._last = 0.0
        self._stage = ""
        self._shown = False

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage is; `total` 0 where it is not known."""
        count = f"{done} of {total}" if total else str(done)
        if self._terminal:
            now = time.monotonic()
            if now - self._last >= _EVERY or done == total:
                click.echo(f"\r\x1b[K{stage}: {count}", nl=False, err=True)
                self._last, self._shown = now, True
        elif stage != self._stage:
            click.echo(f"{stage} ...", err=True)
        self._stage = stage

    def end(self) -> None:
        """Leave the line."""
        if self._shown:
            click.echo("\r\x1b[K", nl=False, err=True)
