"""A process of its own for code that takes apart what strangers wrote.

A hostile page can keep an HTML parser busy for minutes or fill the memory. Here it meets limits of
time and memory; what goes over them loses its worker, and the next page gets a new one.
"""

import json
import os
import signal
import struct
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Mapping
from typing import IO, Any

from tracker.reading.limits import MEGABYTE, WORKER_MEMORY, WORKER_START_SECONDS

Message = dict[str, Any]
"""What is said between the processes, as JSON: an answer from a worker is never unpickled."""

_LENGTH = struct.Struct(">Q")
_LARGEST_MESSAGE = 200 * MEGABYTE


class WorkFailedError(Exception):
    """A piece of work came to nothing; the message says why, in words for a person."""


def send(stream: IO[bytes], message: Message) -> None:
    """Write one message."""
    data = json.dumps(message).encode("ascii")
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def receive(stream: IO[bytes]) -> Message | None:
    """Read one message, None where the stream ends. Raises ValueError for anything else."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > _LARGEST_MESSAGE:
        raise ValueError(f"a message of {length} bytes")
    data = stream.read(length)
    if len(data) < length:
        return None
    message = json.loads(data)
    if not isinstance(message, dict):
        raise ValueError("a message that is no object")  # noqa: TRY004 - wrong bytes, not a wrong call
    return message


class IsolatedWorker:
    """Runs tasks of `tracker.reading.worker` in a child process, one at a time.

    The child starts with the first task and serves until `close`; threads take turns.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._ending: weakref.finalize[..., IsolatedWorker] | None = None
        self._turn = threading.Lock()

    def run(self, task: str, argument: Message, *, seconds: float) -> Message:
        """The result of a task. Raises WorkFailedError, also when it takes longer than `seconds`."""
        with self._turn:
            process = self._started()
            message = {"task": task, "seconds": seconds, "argument": argument}
            started = time.monotonic()
            answer = self._converse(process, message, seconds)
            taken = time.monotonic() - started
            if answer is None or answer.get("spent"):
                self._end()
        if answer is None:
            slow = taken >= seconds or process.returncode == -signal.SIGXCPU
            fate = (
                f"took more than {seconds:g} seconds" if slow else f"ended with status {process.returncode}"
            )
            raise WorkFailedError(f"taking it apart {fate}")
        if "failure" in answer:
            raise WorkFailedError(str(answer["failure"]))
        result = answer.get("result")
        if not isinstance(result, dict):
            raise WorkFailedError("taking it apart gave no result")
        return result

    def close(self) -> None:
        """End the child process. A later task would start another."""
        with self._turn:
            self._end()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._end()
        self._process = _start()
        # Also where nobody calls `close`.
        self._ending = weakref.finalize(self, _kill, self._process)
        if self._converse(self._process, None, WORKER_START_SECONDS) is None:
            self._end()
            raise WorkFailedError("the worker process did not start")
        return self._process

    @staticmethod
    def _converse(
        process: subprocess.Popen[bytes], message: Message | None, seconds: float
    ) -> Message | None:
        """Say something (or nothing) and hear the answer; None where the child has to be given up."""
        assert process.stdin is not None  # noqa: S101 - both are pipes, see _start
        assert process.stdout is not None  # noqa: S101
        # Killing the child also ends a read or write that hangs on its pipes.
        watch = threading.Timer(seconds, process.kill)
        watch.start()
        try:
            if message is not None:
                send(process.stdin, message)
            return receive(process.stdout)
        except (OSError, ValueError):
            return None
        finally:
            watch.cancel()

    def _end(self) -> None:
        if self._ending is not None:
            self._ending()
        self._process = self._ending = None


def _start() -> subprocess.Popen[bytes]:
    paths = [path or os.getcwd() for path in sys.path]  # noqa: PTH109 - strings, as in the environment
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module, nothing from outside
        [sys.executable, "-m", "tracker.reading.worker", str(WORKER_MEMORY)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**_without_settings(os.environ), "PYTHONPATH": os.pathsep.join(paths)},
        # Ctrl-C is for the parent, which then ends the child.
        start_new_session=True,
    )


def _without_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """Passwords and keys are no business of a process that takes apart what strangers wrote."""
    return {name: value for name, value in environment.items() if not name.upper().startswith("TRACKER_")}


def _kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            try:
                stream.close()
            except OSError:
                # Unsent bytes cannot be flushed to a dead child; they are not wanted any more.
                continue
    process.wait()
