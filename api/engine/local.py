"""Does steps in one child process of this machine, which is kept for the next step and killed when it must be.

Source: docs/decisions/0013: native code cannot be interrupted, a process can.
Left out: several steps at once; that is what several workers are for.
"""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import IO, Any

from api.engine.orders import PULSE_S, StepOrder
from api.jobs.errors import StepFailedError
from api.jobs.kinds import DECLARED, StepResult

Answer = Mapping[str, Any]


class LocalExecutor:
    """A child process that loads its networks once and does one step after another.

    Args:
        kinds_place: where the child finds the kinds of job, `module:NAME`.
    """

    def __init__(self, *, kinds_place: str = DECLARED) -> None:
        self._kinds_place = kinds_place
        self._child: _Child | None = None

    def run(self, order: StepOrder, look: Callable[[float | None], None]) -> StepResult:
        """Do one step; see `Executor`.

        Raises:
            StepFailedError: the child ended, or the step raised.
        """
        if self._child is None:
            self._child = _Child(self._kinds_place)
        try:
            return self._wait(self._child, order, look)
        except StepRaisedError as error:
            # The child is sound: what the step raised was caught there.
            raise StepFailedError(order.step, str(error)) from error
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Kill the child, whatever it does."""
        if self._child is not None:
            self._child.kill()
            self._child = None

    def _wait(self, child: "_Child", order: StepOrder, look: Callable[[float | None], None]) -> StepResult:
        child.send(order)
        progress: float | None = None
        while True:
            look(progress)
            answer = child.answer_within(PULSE_S)
            if answer is None:
                continue
            if "progress" in answer:
                progress = answer["progress"]
            elif "result" in answer:
                result: StepResult = answer["result"]
                return result
            elif "error" in answer:
                raise StepRaisedError(answer["error"])
            else:
                raise StepFailedError(order.step, child.how_it_ended())


class StepRaisedError(Exception):
    """The step raised; its words."""


class _Child:
    """One process with its two pipes."""

    def __init__(self, kinds_place: str) -> None:
        answers_fd, child_fd = os.pipe()
        command = [sys.executable, "-m", "api.engine.child", "--kinds", kinds_place]
        command += ["--answers-fd", str(child_fd), "--parent", str(os.getpid())]
        # A session of its own: killing the group also ends what the step has started, such as ffmpeg.
        self._process = subprocess.Popen(  # noqa: S603  (the command is this program itself)
            command, stdin=subprocess.PIPE, pass_fds=(child_fd,), start_new_session=True, text=True
        )
        os.close(child_fd)
        self._answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        reader = threading.Thread(
            target=self._read,
            args=(os.fdopen(answers_fd, encoding="utf-8"),),
            name="step-answers",
            daemon=True,
        )
        reader.start()

    def send(self, order: StepOrder) -> None:
        """Hand over an order; a child that is gone shows when it is asked for the answer."""
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.write(json.dumps(order.as_json()) + "\n")
                self._process.stdin.flush()

    def answer_within(self, limit_s: float) -> Answer | None:
        """Wait for a line; an empty one says that the child has ended, None that nothing came."""
        try:
            return self._answers.get(timeout=limit_s)
        except queue.Empty:
            return None

    def how_it_ended(self) -> str:
        """Say how the process ended, in words for a person."""
        code = self._process.wait()
        if code >= 0:
            return f"its process ended with exit code {code}"
        name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
        hint = ", as when the machine runs out of memory" if name == "SIGKILL" else ""
        return f"its process was ended by {name}{hint}"

    def kill(self) -> None:
        """End the process and everything that it started."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.close()

    def _read(self, lines: IO[str]) -> None:
        with lines:
            for line in lines:
                # The last line of a process that is killed may be cut short.
                with suppress(json.JSONDecodeError):
                    self._answers.put(json.loads(line))
        self._answers.put({})
