"""How much a confined process may use, and how it is put below everything else that runs.

Source: setrlimit(2), nice(2), proc(5) on `oom_score_adj`.
Left out: what it may touch (`landlock.py`, `system_calls.py`) and wall-clock time, which its parent watches.
"""

import contextlib
import os
import resource
from dataclasses import dataclass
from pathlib import Path

BELOW_THE_SERVICE = 5
FIRST_TO_END_WHEN_MEMORY_IS_SHORT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one process may use.

    Attributes:
        cpu_s: Processor time of all its threads; at the end the kernel ends it.
        memory_bytes: Address space.
        file_bytes: Size of any one file that it writes, its standard output included.
        open_files: Descriptors at once.
    """

    cpu_s: int
    memory_bytes: int
    file_bytes: int
    open_files: int


def apply_limits(limits: Limits) -> None:
    """Limit this process, once and for all: a limit can be lowered again but not raised.

    Raises:
        OSError: The system refuses.
    """
    for kind, value in (
        (resource.RLIMIT_CPU, limits.cpu_s),
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, limits.file_bytes),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        lowest = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (lowest, lowest))
    os.nice(BELOW_THE_SERVICE)
    # Not every system lets a process say so of itself; the limits above hold without.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(f"{FIRST_TO_END_WHEN_MEMORY_IS_SHORT}\n", "ascii")
