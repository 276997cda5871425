"""The child process that `tracker.reading.isolation` starts: `python -m tracker.reading.worker MEMORY`.

It answers one message with another until its input ends, under limits that it sets itself.
"""

import contextlib
import math
import os
import resource
import sys
from collections.abc import Callable
from typing import IO

from tracker.reading.feed_extraction import extract_feed
from tracker.reading.isolation import Message, WorkFailedError, receive, send
from tracker.reading.limits import MEGABYTE
from tracker.reading.outcomes import shown
from tracker.reading.page_extraction import extract_page

_LONGEST_FAULT = 120
_TASKS: dict[str, Callable[[Message], Message]] = {"feed": extract_feed, "page": extract_page}


def main() -> None:
    """Serve until the parent closes the pipe or a limit ends the process."""
    answers = _keep_pipe_for_answers()
    memory = int(sys.argv[1])
    _limit_memory(memory)
    send(answers, {"result": {}})
    while (message := receive(sys.stdin.buffer)) is not None:
        _limit_processor_time(float(message["seconds"]))
        try:
            answer: Message = {"result": _TASKS[message["task"]](message["argument"])}
        except WorkFailedError as error:
            answer = {"failure": str(error)}
        except MemoryError:
            # What is left of the memory may be in pieces: the parent starts another process.
            answer = {"failure": f"taking it apart needs more than {memory // MEGABYTE} MB", "spent": True}
        except Exception as error:  # noqa: BLE001 - whatever a library raises is this page's failure alone
            fault = f"{type(error).__name__}: {shown(str(error), _LONGEST_FAULT)}"
            answer = {"failure": f"could not be taken apart ({fault})"}
        send(answers, answer)


def _keep_pipe_for_answers() -> IO[bytes]:
    """The pipe to the parent; what libraries print goes where errors go."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


def _limit_memory(size: int) -> None:
    # Not every system lets a process limit its address space; the limits of time hold anyhow.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _limit_processor_time(seconds: float) -> None:
    """Let the process live for so many more seconds of processor time: the limit counts from its start."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = usage.ru_utime + usage.ru_stime
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(used + seconds), hard))


if __name__ == "__main__":
    main()
