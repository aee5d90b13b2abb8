"""Evidence: real processes that, once confined, try what a decoder that was taken over would try."""

import json
import os
import platform
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from api.confinement.landlock import landlock_version
from api.confinement.launch import ended, environment_without_secrets, started

LIMITS = "Limits(cpu_s=2, memory_bytes=1 << 30, file_bytes=1 << 20, open_files=32)"
PREPARED = """
import ctypes, json, os, resource, socket, sys
from pathlib import Path
from api.confinement.confine import confine
from api.confinement.limits import Limits
given, folder, port = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
missing = confine({limits}, readable=(given,), writable=(folder,))
"""


def _landlock() -> bool:
    try:
        return landlock_version() > 0
    except OSError:
        return False


needs_landlock = pytest.mark.skipif(not _landlock(), reason="this kernel has no Landlock")
needs_seccomp = pytest.mark.skipif(
    platform.machine() not in {"x86_64", "aarch64"}, reason="no list of system calls for this machine"
)


def attempt(tmp_path: Path, code: str, *, port: int = 9) -> "subprocess.CompletedProcess[str]":
    """Run code in a process that has confined itself, with a file to read and a folder to write."""
    given, folder = tmp_path / "given", tmp_path / "made"
    given.write_bytes(b"what was sent")
    folder.mkdir(exist_ok=True)
    program = PREPARED.format(limits=LIMITS) + code
    return subprocess.run(
        [sys.executable, "-P", "-c", program, str(given), str(folder), str(port)],
        capture_output=True,
        text=True,
        check=False,
        env=environment_without_secrets(),
        cwd=folder,
    )


def refused(tmp_path: Path, statement: str, *, port: int = 9) -> bool:
    """Whether the kernel refuses a statement to a confined process, and nothing else stops it."""
    done = attempt(
        tmp_path,
        f"try:\n    {statement}\nexcept OSError:\n    print('refused')\nelse:\n    print('done')\n",
        port=port,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.startswith("refused")


def test_the_given_file_is_read_and_the_folder_written(tmp_path: Path) -> None:
    done = attempt(tmp_path, "(folder / 'out').write_bytes(given.read_bytes()); print(json.dumps(missing))")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "made" / "out").read_bytes() == b"what was sent"
    assert set(json.loads(done.stdout)) <= {"network", "files", "system calls"}


@needs_landlock
@pytest.mark.parametrize(
    "statement",
    [
        "open('/etc/passwd')",
        "open('/proc/1/environ')",
        "open('/proc/self/root/etc/passwd')",
        "open(given.with_name('beside'))",
        "os.listdir('/')",
        "given.write_bytes(b'changed')",
        "given.with_name('beside').write_bytes(b'new')",
        "os.mkfifo(folder / 'pipe')",
        "os.symlink('/etc/passwd', folder / 'thumbnail.jpg')",
        "os.link('/etc/passwd', folder / 'thumbnail.jpg')",
    ],
)
def test_no_other_file_is_opened_made_or_changed(tmp_path: Path, statement: str) -> None:
    (tmp_path / "beside").write_text("a secret")
    assert refused(tmp_path, statement)
    assert (tmp_path / "beside").read_text() == "a secret"


@needs_seccomp
@pytest.mark.parametrize(
    "statement",
    [
        "socket.socket()",
        "socket.socket(socket.AF_UNIX)",
        "socket.create_connection(('127.0.0.1', port))",
        "os.fork()",
        "os.execv(sys.executable, [sys.executable, '-c', 'print(1)'])",
        "os.posix_spawn('/bin/true', ['true'], {})",
        "os.kill(os.getppid(), 0)",
        "os.chroot('/')",
    ],
)
def test_no_network_no_process_no_program(tmp_path: Path, statement: str) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.settimeout(0.2)
        assert refused(tmp_path, statement, port=listener.getsockname()[1])
        with pytest.raises(TimeoutError):
            listener.accept()


def test_the_network_holds_nothing_even_without_the_filter(tmp_path: Path) -> None:
    code = "print(missing.get('network'), open('/proc/self/net/dev').read().count(':'))"
    reason, interfaces = attempt(tmp_path, code).stdout.rsplit(maxsplit=1)
    if reason != "None":
        pytest.skip(f"no network of its own here: {reason}")
    assert int(interfaces) <= 1  # its own loopback, which is down


@needs_seccomp
def test_threads_are_still_there(tmp_path: Path) -> None:
    code = "import threading\nt = threading.Thread(target=print, args=('ran',)); t.start(); t.join()"
    assert attempt(tmp_path, code).stdout.strip() == "ran"


@pytest.mark.parametrize(
    ("code", "signals_or_codes"),
    [
        ("while True: pass", {-9, -24}),
        ("bytearray(2 << 30)", {1}),
        ("(folder / 'big').write_bytes(bytes(2 << 20))", {1, -25}),
        ("files = [open(given) for _ in range(40)]", {1}),
    ],
    ids=["processor time", "memory", "file size", "open files"],
)
def test_what_a_process_may_use_ends(tmp_path: Path, code: str, signals_or_codes: set[int]) -> None:
    done = attempt(tmp_path, code)
    assert done.returncode in signals_or_codes, done.stderr
    big = tmp_path / "made" / "big"
    assert not big.exists() or big.stat().st_size <= 1 << 20


def test_limits_cannot_be_raised_again(tmp_path: Path) -> None:
    limits = "map(resource.getrlimit, (resource.RLIMIT_CPU, resource.RLIMIT_AS))"
    code = f"print(all(soft == hard for soft, hard in {limits}))"
    assert attempt(tmp_path, code).stdout.strip() == "True"


def test_it_runs_below_the_service_and_ends_first_when_memory_is_short(tmp_path: Path) -> None:
    code = "print(os.nice(0), open('/proc/self/oom_score_adj').read())"
    nice, adjustment = attempt(tmp_path, code).stdout.split()
    assert int(nice) > os.nice(0)
    assert int(adjustment) == 1000


def test_a_started_process_has_no_secret_and_no_descriptor_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HULLMARK_SECRETS_KEY", "hush")
    monkeypatch.setenv("DATABASE_PASSWORD", "hush")
    (tmp_path / "telltale.py").write_text(
        "import os, json, sys\n"
        "print(json.dumps([dict(os.environ), os.listdir('/proc/self/fd'), os.getsid(0) == os.getpid(),"
        " sys.stdin.read()]))\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    ours = os.open("/dev/null", os.O_RDONLY)
    os.set_inheritable(ours, True)
    try:
        with (tmp_path / "out").open("w+b") as out:
            process = started("telltale", [], folder=tmp_path, stdout=out, stderr=subprocess.DEVNULL)
            assert ended(process, limit_s=60.0) == 0
            out.seek(0)
            environment, descriptors, own_session, stdin = json.loads(out.read())
    finally:
        os.close(ours)
    assert "hush" not in environment.values()
    assert {name for name in environment if name.startswith("HULLMARK_")} == set()
    # Three streams, and the one that lists the folder.
    assert len(descriptors) == 4
    assert own_session
    assert stdin == ""


def test_what_takes_too_long_is_ended_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lingering.py").write_text(
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "open('child', 'w').write(str(child.pid)); open('ready', 'w').close()\n"
        "time.sleep(600)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    null = subprocess.DEVNULL
    process = started("lingering", [], folder=tmp_path, stdout=null, stderr=null)
    while not (tmp_path / "ready").exists():
        assert process.poll() is None
        time.sleep(0.05)
    assert ended(process, limit_s=0.2) is None
    child = int((tmp_path / "child").read_text())
    while _runs(child):
        time.sleep(0.05)


def _runs(process_id: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{process_id}/stat").read_text()
    except OSError:
        return False
