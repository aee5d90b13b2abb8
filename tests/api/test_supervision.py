"""Evidence: children that crash, do not listen, or lose their supervisor."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.supervision import Backoff, ChildSpec, Supervisor

QUICK = Backoff(first_s=0.01, longest_s=0.05, forgiven_after_s=60.0)
PATIENCE_S = 20.0


def wait_for(condition: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline_s, "waited in vain"
        time.sleep(0.02)


def is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def supervised(*specs: ChildSpec) -> Iterator[Supervisor]:
    supervisor = Supervisor(specs, backoff=QUICK)
    thread = threading.Thread(target=supervisor.run)
    thread.start()
    try:
        yield supervisor
    finally:
        supervisor.stop()
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


def python(name: str, script: str, *arguments: str) -> ChildSpec:
    return ChildSpec(name=name, command=[sys.executable, "-c", script, *arguments])


@given(st.integers(1, 1000))
def test_pauses_grow_and_stay_bounded(failures: int) -> None:
    backoff = Backoff(first_s=0.5, longest_s=30.0, forgiven_after_s=60.0)
    assert 0.5 <= backoff.pause_s(failures) <= backoff.pause_s(failures + 1) <= 30.0


def test_a_child_that_crashes_is_started_again(tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    script = "import sys; open(sys.argv[1], 'a').write('x'); sys.exit(1)"
    with supervised(python("crashing", script, str(marks))):
        wait_for(lambda: marks.exists() and len(marks.read_text()) >= 3)


def test_a_killed_child_is_replaced_and_its_sibling_left_alone() -> None:
    sleeper = "import time; time.sleep(600)"
    with supervised(python("a", sleeper), python("b", sleeper)) as supervisor:
        wait_for(lambda: len(supervisor.process_ids()) == 2)
        before = supervisor.process_ids()
        os.kill(before["a"], signal.SIGKILL)
        wait_for(lambda: supervisor.process_ids().get("a", before["a"]) != before["a"])
        after = supervisor.process_ids()
        assert after["b"] == before["b"]
    assert not any(is_alive(process_id) for process_id in after.values())


def test_a_child_that_does_not_listen_is_ended_by_force(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.supervision.GRACE_S", 0.3)
    ready = tmp_path / "ready"
    script = (
        "import signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "open(sys.argv[1], 'w').close(); time.sleep(600)"
    )
    with supervised(python("deaf", script, str(ready))) as supervisor:
        wait_for(ready.exists)
        process_id = supervisor.process_ids()["deaf"]
    assert not is_alive(process_id)


def test_a_child_ends_when_its_supervisor_is_gone() -> None:
    leash, grip = os.pipe()
    script = (
        "import sys, time; from api.supervision import follow_parent;"
        "follow_parent(int(sys.argv[1])); time.sleep(600)"
    )
    child = subprocess.Popen([sys.executable, "-c", script, str(leash)], pass_fds=(leash,))
    os.close(leash)
    time.sleep(0.1)
    assert child.poll() is None
    os.close(grip)
    assert child.wait(PATIENCE_S) == -signal.SIGTERM
