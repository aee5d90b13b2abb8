"""Confines the process that calls it, before it opens what somebody sent.

Source: docs/decisions/0015-confinement.md: limits always, the rest wherever the kernel has it, and told.
Left out: starting such a process (`launch.py`).
"""

import os
import sys
import sysconfig
from collections.abc import Callable
from functools import partial
from pathlib import Path

from api.confinement.kernel import forgo_new_privileges, leave_network
from api.confinement.landlock import Reach, restrict_files
from api.confinement.limits import Limits, apply_limits
from api.confinement.system_calls import restrict_system_calls

OWN_PACKAGES = ("api", "drone", "survey", "vision")
_SYSTEM_CODE = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64", "/etc/ld.so.cache")
# What numeric libraries ask about the machine, and what they fill with or throw away.
_SYSTEM_FACTS = (
    "/proc/self",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
    "/sys/devices/system/cpu",
    "/sys/fs/cgroup",
    "/dev/null",
    "/dev/zero",
    "/dev/urandom",
)


def confine(limits: Limits, *, readable: tuple[Path, ...], writable: tuple[Path, ...]) -> dict[str, str]:
    """Leave this process its limits, the code it is made of, and the files it is given.

    Call it first, while there is one thread, and import decoders afterwards.

    Args:
        limits: What it may use.
        readable: Files to be opened.
        writable: Folders for what it makes.

    Returns:
        The protections that this kernel does not give, with its words; empty where all hold.

    Raises:
        OSError: The limits cannot be set, or new privileges not given up: nothing may be opened then.
    """
    apply_limits(limits)
    forgo_new_privileges()
    reach = Reach(
        readable=(*(path.resolve() for path in readable), *map(Path, _SYSTEM_FACTS)),
        writable=tuple(path.resolve() for path in writable),
        programs=program_folders(),
    )
    layers: dict[str, Callable[[], None]] = {
        "network": leave_network,
        "files": partial(restrict_files, reach),
        "system calls": restrict_system_calls,
    }
    missing: dict[str, str] = {}
    for name, restrict in layers.items():
        try:
            restrict()
        except OSError as error:
            missing[name] = error.strerror or str(error)
    return missing


def program_folders() -> tuple[Path, ...]:
    """Give the folders of code: Python, what is installed with it, the system's libraries, and our own packages.

    Not the folders above them: in a checkout the data may lie beside the packages.
    """
    places = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    base = Path(sys.base_prefix)
    own = [Path(__file__).resolve().parents[2] / name for name in OWN_PACKAGES]
    # An embedded or relocated Python has its library where its prefix says.
    found = [Path(place) for place in places if place] + [base / "lib", base / "lib64"]
    found += [Path(os.path.realpath(sys.executable)), *own, *map(Path, _SYSTEM_CODE)]
    return tuple(dict.fromkeys(path.resolve() for path in found))
