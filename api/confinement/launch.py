"""Starts a process that is going to open other people's files: no secrets, no descriptors of ours, an end to its time.

Source: docs/decisions/0015-confinement.md.
Left out: what it may do, which it takes from itself before it opens anything (`confine.py`).
"""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO

_KEPT = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "VIRTUAL_ENV")
# One thread each: idle pools reserve address space, which is limited, and two inspections share the machine.
_QUIET = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OPENCV_FFMPEG_LOGLEVEL": "-8",
    "PYTHONDONTWRITEBYTECODE": "1",
}


def environment_without_secrets() -> dict[str, str]:
    """Give what a confined process may know of our environment: enough to start Python."""
    return {key: os.environ[key] for key in _KEPT if key in os.environ} | _QUIET


def started(
    module: str, arguments: Sequence[str], *, folder: Path, stdout: IO[bytes] | int, stderr: IO[bytes] | int
) -> "subprocess.Popen[bytes]":
    """Start `python -m module` in a session of its own, with nothing of ours but two outputs.

    Args:
        module: A module that confines itself first.
        arguments: Of its command line; no shell reads them.
        folder: Its working folder.
        stdout: Takes its standard output: a file, which the limit of file sizes bounds, or a pipe.
        stderr: Likewise.

    Returns:
        The running process.
    """
    # -P: the working folder is no place to import from.
    command = [sys.executable, "-P", "-m", module, *arguments]
    return subprocess.Popen(  # noqa: S603 - a fixed program, no shell
        command,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        cwd=folder,
        env=environment_without_secrets(),
        close_fds=True,
        start_new_session=True,
    )


def ended(process: "subprocess.Popen[bytes]", *, limit_s: float) -> int | None:
    """Wait for a process of `started`; one that takes too long is killed with all it started.

    Returns:
        Its return code; None where its time was over.
    """
    try:
        return process.wait(timeout=limit_s)
    except subprocess.TimeoutExpired:
        return None
    finally:
        kill(process)


def kill(process: "subprocess.Popen[bytes]") -> None:
    """End a process of `started` and whatever is left of its session."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
