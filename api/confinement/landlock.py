"""Leaves this process only the files it is given: everything else cannot be opened, whatever its rights.

Source: Linux's Landlock (landlock(7)), through its three system calls; access rights of its ABI 1 to 6.
Left out: file names and sizes, which can still be asked for; kernels before 5.13, where nothing is taken away.
"""

import ctypes
import os
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from api.confinement.kernel import system_call

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_FLAG = 1
_RULE_PATH_BENEATH = 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = (1 << bit for bit in range(6))
MAKE_REG = 1 << 8
REFER, TRUNCATE, DEVICE_CONTROL = 1 << 13, 1 << 14, 1 << 15
_FIRST_RIGHTS = (1 << 13) - 1
_NETWORK_RIGHTS = 0b11
_SCOPES = 0b11
# Connecting and listening over TCP; signals and abstract sockets to others.
_ABI_WITH_NETWORK, _ABI_WITH_SCOPES = 4, 6

_READING = READ_FILE | READ_DIR
_RUNNING = _READING | EXECUTE
_WRITING = _READING | WRITE_FILE | MAKE_REG | REMOVE_FILE | TRUNCATE
_OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | DEVICE_CONTROL


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What of the file system a process may open.

    Attributes:
        readable: Files, or folders with all below.
        writable: Folders in which plain files may be made, written and removed; no links, no sockets.
        programs: Folders of code, which may be read and loaded.
    """

    readable: tuple[Path, ...]
    writable: tuple[Path, ...]
    programs: tuple[Path, ...]


def landlock_version() -> int:
    """Ask which ABI the kernel has.

    Raises:
        OSError: It has none, or it is switched off.
    """
    return system_call(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION_FLAG))


def restrict_files(reach: Reach) -> None:
    """Take everything else away from this process and what it starts; it must have given up new privileges.

    Raises:
        OSError: The kernel has no Landlock.
    """
    version = landlock_version()
    handled = _handled_rights(version)
    words = [_handled_rights(version)]
    if version >= _ABI_WITH_NETWORK:
        words.append(_NETWORK_RIGHTS)
    if version >= _ABI_WITH_SCOPES:
        words.append(_SCOPES)
    attributes = struct.pack(f"={len(words)}Q", *words)
    size, handled = len(attributes), words[0]
    ruleset = system_call(_CREATE_RULESET, attributes, ctypes.c_size_t(size), ctypes.c_uint32(0))
    try:
        for paths, rights in (
            (reach.programs, _RUNNING),
            (reach.readable, _READING),
            (reach.writable, _WRITING),
        ):
            _allow(ruleset, paths, rights & handled)
        system_call(_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    finally:
        os.close(ruleset)


def _handled_rights(version: int) -> int:
    later = {2: REFER, 3: TRUNCATE, 5: DEVICE_CONTROL}
    return _FIRST_RIGHTS | sum(right for since, right in later.items() if version >= since)


def _allow(ruleset: int, paths: Iterable[Path], rights: int) -> None:
    for path in paths:
        try:
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        try:
            fitting = rights if path.is_dir() else rights & _OF_FILES
            rule = struct.pack("=Qi", fitting, place)
            system_call(
                _ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(_RULE_PATH_BENEATH), rule, ctypes.c_uint32(0)
            )
        finally:
            os.close(place)
