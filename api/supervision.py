"""Keeps child processes running: starts them, starts them again with growing pauses, ends them together.

Source: the rule that every process may be killed at any time and is started again (architecture page).
Left out: what the children do (`child.py`), and listening or locking (`serve.py`).
"""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

log = structlog.get_logger("api.supervision")

GRACE_S = 10.0
_LOOK_S = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """How long to wait before a child is started again.

    Attributes:
        first_s: the first pause; each further one is twice as long.
        longest_s: no pause is longer.
        forgiven_after_s: a child that ran for so long starts from the first pause again.
    """

    first_s: float = 0.5
    longest_s: float = 30.0
    forgiven_after_s: float = 60.0

    def pause_s(self, failures: int) -> float:
        """Give the pause after a number of failures in a row, counted from 1.

        >>> [Backoff().pause_s(failures) for failures in (1, 2, 3, 50)]
        [0.5, 1.0, 2.0, 30.0]
        """
        return float(min(self.longest_s, self.first_s * 2.0 ** min(failures - 1, 32)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildSpec:
    """What to run under which name. `inherited` are the file descriptors that the child keeps."""

    name: str
    command: Sequence[str]
    inherited: Sequence[int] = ()


@dataclass(slots=True, kw_only=True)
class _Running:
    spec: ChildSpec
    failures: int = 0
    process: subprocess.Popen[bytes] | None = None
    started_s: float = 0.0
    start_at_s: float = field(default_factory=time.monotonic)


class Supervisor:
    """Runs children until it is told to stop."""

    def __init__(self, specs: Sequence[ChildSpec], *, backoff: Backoff) -> None:
        self._children = [_Running(spec=spec) for spec in specs]
        self._backoff = backoff
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Ask `run` to end the children and return; may be called from a signal handler."""
        self._stopping.set()

    def process_ids(self) -> dict[str, int]:
        """Give the process of each child that runs."""
        return {child.spec.name: child.process.pid for child in self._children if child.process is not None}

    def run(self) -> None:
        """Start the children and start again whichever ends, until `stop`."""
        try:
            while not self._stopping.is_set():
                for child in self._children:
                    self._look_after(child)
                self._stopping.wait(_LOOK_S)
        finally:
            _end([child.process for child in self._children if child.process is not None])

    def _look_after(self, child: _Running) -> None:
        now_s = time.monotonic()
        if child.process is None:
            if now_s >= child.start_at_s:
                self._start(child)
            return
        exit_code = child.process.poll()
        if exit_code is None:
            return
        ran_s = now_s - child.started_s
        child.failures = 1 if ran_s >= self._backoff.forgiven_after_s else child.failures + 1
        pause_s = self._backoff.pause_s(child.failures)
        child.process, child.start_at_s = None, now_s + pause_s
        log.warning(
            "child ended", child=child.spec.name, exit_code=exit_code, ran_s=round(ran_s, 1), pause_s=pause_s
        )

    def _start(self, child: _Running) -> None:
        # A session of its own: Ctrl+C reaches the supervisor alone, which then ends the children in order.
        child.process = subprocess.Popen(  # noqa: S603  (the command is this program itself)
            child.spec.command, pass_fds=tuple(child.spec.inherited), start_new_session=True
        )
        child.started_s = time.monotonic()
        log.info("child started", child=child.spec.name, process_id=child.process.pid)


def _end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """End processes politely, and those that do not listen by force."""
    for process in processes:
        process.terminate()
    deadline_s = time.monotonic() + GRACE_S
    for process in processes:
        try:
            process.wait(timeout=max(0.0, deadline_s - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def follow_parent(leash_fd: int) -> None:
    """End this process when the supervisor is gone: its end of the pipe closes even when it is killed."""

    def watch() -> None:
        with contextlib.suppress(OSError):
            os.read(leash_fd, 1)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE_S)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="leash", daemon=True).start()
