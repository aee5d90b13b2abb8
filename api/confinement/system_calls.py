"""Refuses this process the system calls that no decoder needs: networks, other processes, other programs, the kernel.

Source: seccomp(2) with a classic BPF filter; system call numbers of Linux on x86-64 and AArch64.
Left out: an allow-list: which calls a C library makes changes with its version, and a wrong guess refuses good files.
"""

import ctypes
import errno
import platform
import struct
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from api.confinement.kernel import PR_SET_SECCOMP, process_control

_MODE_FILTER = 2
_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _JUMP_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _REFUSE, _END_PROCESS = 0x7FFF_0000, 0x0005_0000, 0x8000_0000
_NUMBER_AT, _MACHINE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
_CLONE_THREAD = 0x0001_0000
# A second way to call x86-64 kernels, with numbers of its own.
_X32_NUMBERS = 0x4000_0000

_MACHINES = MappingProxyType({"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7})
# The same number on every machine.
_NEWER: Mapping[str, int] = MappingProxyType(
    {
        "pidfd_send_signal": 424,
        "io_uring_setup": 425,
        "io_uring_enter": 426,
        "io_uring_register": 427,
        "open_tree": 428,
        "move_mount": 429,
        "fsopen": 430,
        "fsmount": 432,
        "pidfd_open": 434,
        "pidfd_getfd": 438,
        "mount_setattr": 442,
    }
)
_REFUSED: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "x86_64": {
            "socket": 41,
            "connect": 42,
            "accept": 43,
            "sendto": 44,
            "sendmsg": 46,
            "bind": 49,
            "listen": 50,
            "accept4": 288,
            "sendmmsg": 307,
            "fork": 57,
            "vfork": 58,
            "execve": 59,
            "execveat": 322,
            "kill": 62,
            "ptrace": 101,
            "process_vm_readv": 310,
            "process_vm_writev": 311,
            "unshare": 272,
            "setns": 308,
            "mount": 165,
            "umount2": 166,
            "pivot_root": 155,
            "chroot": 161,
            "keyctl": 250,
            "add_key": 248,
            "request_key": 249,
            "bpf": 321,
            "perf_event_open": 298,
            "userfaultfd": 323,
            "open_by_handle_at": 304,
            "init_module": 175,
            "finit_module": 313,
            "kexec_load": 246,
            "mknod": 133,
            "mknodat": 259,
            "symlink": 88,
            "symlinkat": 266,
            "link": 86,
            "linkat": 265,
        },
        "aarch64": {
            "socket": 198,
            "bind": 200,
            "listen": 201,
            "accept": 202,
            "connect": 203,
            "sendto": 206,
            "sendmsg": 211,
            "accept4": 242,
            "sendmmsg": 269,
            "execve": 221,
            "execveat": 281,
            "kill": 129,
            "ptrace": 117,
            "process_vm_readv": 270,
            "process_vm_writev": 271,
            "unshare": 97,
            "setns": 268,
            "mount": 40,
            "umount2": 39,
            "pivot_root": 41,
            "chroot": 51,
            "keyctl": 219,
            "add_key": 217,
            "request_key": 218,
            "bpf": 280,
            "perf_event_open": 241,
            "userfaultfd": 282,
            "open_by_handle_at": 265,
            "init_module": 105,
            "finit_module": 273,
            "kexec_load": 104,
            "mknodat": 33,
            "symlinkat": 36,
            "linkat": 37,
        },
    }
)
_CLONE = MappingProxyType({"x86_64": 56, "aarch64": 220})
_CLONE3 = 435


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def restrict_system_calls() -> None:
    """Refuse the calls above to this process and all its threads; it must have given up new privileges.

    Raises:
        OSError: The kernel has no seccomp, or the machine is neither x86-64 nor AArch64.
    """
    machine = platform.machine()
    if machine not in _MACHINES:
        raise OSError(errno.ENOTSUP, f"no list of system calls for {machine}")
    instructions = b"".join(_filter(machine))
    program = _Program(len(instructions) // 8, instructions)
    process_control(PR_SET_SECCOMP, _MODE_FILTER, ctypes.pointer(program))


def _filter(machine: str) -> Sequence[bytes]:
    """The instructions: another machine's calls end the process, refused ones fail with EPERM."""
    refused = sorted({*_REFUSED[machine].values(), *_NEWER.values()})
    return [
        _step(_LOAD, _MACHINE_AT),
        _step(_JUMP_EQUAL, _MACHINES[machine], over_if_true=1),
        _step(_RETURN, _END_PROCESS),
        _step(_LOAD, _NUMBER_AT),
        _step(_JUMP_AT_LEAST, _X32_NUMBERS, over_if_false=1),
        _step(_RETURN, _END_PROCESS),
        # Its flags lie in memory that a filter cannot see; without it the C library falls back to clone.
        _step(_JUMP_EQUAL, _CLONE3, over_if_false=1),
        _step(_RETURN, _REFUSE | errno.ENOSYS),
        *(
            step
            for number in refused
            for step in (
                _step(_JUMP_EQUAL, number, over_if_false=1),
                _step(_RETURN, _REFUSE | errno.EPERM),
            )
        ),
        # Threads are welcome, processes are not.
        _step(_JUMP_EQUAL, _CLONE[machine], over_if_false=3),
        _step(_LOAD, _FIRST_ARGUMENT_AT),
        _step(_JUMP_BITS, _CLONE_THREAD, over_if_true=1),
        _step(_RETURN, _REFUSE | errno.EPERM),
        _step(_RETURN, _ALLOW),
    ]


def _step(code: int, value: int, *, over_if_true: int = 0, over_if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, over_if_true, over_if_false, value)
