"""The three calls into the Linux kernel that Python's library has no name for.

Source: syscall(2), prctl(2), unshare(2); numbers of the kernel's `unistd.h`, the same on all machines for newer calls.
Left out: what is asked for with them.
"""

import ctypes
import os
from typing import Any

PR_SET_NO_NEW_PRIVS = 38
PR_SET_SECCOMP = 22
CLONE_NEWUSER = 0x1000_0000
CLONE_NEWNET = 0x4000_0000
CLONE_NEWIPC = 0x0800_0000

_LIBC = ctypes.CDLL(None, use_errno=True)


def system_call(number: int, *arguments: Any) -> int:
    """Call the kernel by number.

    Raises:
        OSError: It refuses.
    """
    return _checked(_LIBC.syscall(ctypes.c_long(number), *arguments))


def forgo_new_privileges() -> None:
    """Let no program that this process could start gain rights by its owner or its capabilities.

    Raises:
        OSError: The kernel refuses.
    """
    process_control(PR_SET_NO_NEW_PRIVS, 1)


def process_control(option: int, *arguments: Any) -> None:
    """Change this process by prctl(2).

    Raises:
        OSError: The kernel refuses.
    """
    wide = [ctypes.c_ulong(part) if isinstance(part, int) else part for part in arguments]
    rest = [ctypes.c_ulong(0)] * (4 - len(wide))
    _checked(_LIBC.prctl(ctypes.c_int(option), *wide, *rest))


def leave_network() -> None:
    """Move this process, which must have one thread only, into a network that holds nothing.

    Raises:
        OSError: The kernel refuses, as containers often make it.
    """
    try:
        _checked(_LIBC.unshare(CLONE_NEWNET | CLONE_NEWIPC))
    except OSError:
        _checked(_LIBC.unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC))


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
