"""A real file system of a few megabytes, for tests that fill it.

Source: mount(8), tmpfs; only root may mount.
Left out: filling it, which each test does in its own way.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SIZE_MIB = 16


@contextmanager
def mounted(folder: Path) -> Iterator[Path]:
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount a file system")
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MIB}m", "none", str(folder)]
    if subprocess.run(command, check=False, capture_output=True).returncode != 0:
        pytest.skip("this machine does not let us mount a file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path, *, leaving_bytes: int = 0) -> Path:
    """Take all space but some, down to the last page."""
    filler = folder / "filler"
    with filler.open("ab", buffering=0) as file:
        while True:
            status = os.statvfs(folder)
            size_bytes = min(1 << 20, status.f_bavail * status.f_frsize - leaving_bytes)
            if size_bytes <= 0:
                return filler
            try:
                file.write(bytes(size_bytes))
            except OSError:
                return filler
