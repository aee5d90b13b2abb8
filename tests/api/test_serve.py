"""Evidence: every start that cannot work, as an operator meets it; processes killed while it runs."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from running_service import PATIENCE_S, SERVE, free_port, running

from api.errors import AlreadyRunningError, PortTakenError
from api.serve import held_lock, listening
from api.settings import Settings
from api.storage.data_directory import open_data_directory


def refused(*options: str, **environment: str) -> str:
    """Start the service where it cannot start, and give the one line it says."""
    done = subprocess.run(
        [*SERVE, *options],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
        env={**os.environ, **environment},
    )
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with listening("127.0.0.1", free_port()) as listener:
        port = listener.getsockname()[1]
        assert "another program listens there" in refused("--port", str(port), "--data-dir", str(tmp_path))


def test_an_address_of_another_machine_is_named(tmp_path: Path) -> None:
    said = refused("--host", "192.0.2.1", "--data-dir", str(tmp_path))
    assert "this machine has no such address" in said


def test_a_second_service_on_the_same_data_is_refused(tmp_path: Path) -> None:
    with held_lock(tmp_path / "serve.lock"):
        said = refused("--port", str(free_port()), "--data-dir", str(tmp_path))
    assert f"another service already runs on this data folder (process {os.getpid()})" in said


def test_a_database_of_a_newer_version_is_refused_untouched(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    open_data_directory(settings)[0].dispose()
    connection = sqlite3.connect(settings.database_path)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    assert "written by a newer version" in refused("--port", str(free_port()), "--data-dir", str(tmp_path))


def test_a_file_as_data_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert "a file stands where the folder should be" in refused("--data-dir", str(tmp_path / "file"))


def test_a_lock_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "serve.lock").mkdir()
    said = refused(HULLMARK_DATA_DIR=str(tmp_path), HULLMARK_PORT=str(free_port()))
    assert "serve.lock: Is a directory. Accepted: a folder that this user may write" in said


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "hullmark.sqlite3").write_text("dear diary " * 100)
    assert "file is not a database" in refused("--port", str(free_port()), "--data-dir", str(tmp_path))


def test_a_disk_that_takes_no_more_is_refused(tmp_path: Path) -> None:
    # A file size limit makes the system refuse every write, as a full disk does.
    limited = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0));from api.cli import main; main()"
    )
    command = [sys.executable, "-c", limited, "serve", "--data-dir", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert done.returncode == 2, done.stderr
    assert f"{tmp_path}: the disk takes no more" in done.stderr


@pytest.mark.parametrize(("name", "value"), [("HULLMARK_PORT", "0"), ("HULLMARK_PROT", "80")])
def test_a_setting_that_is_not_accepted_is_named(name: str, value: str) -> None:
    assert name in refused(**{name: value})


def test_the_lock_is_free_again_when_its_holder_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "serve.lock"
    for _ in range(2):
        with held_lock(path), pytest.raises(AlreadyRunningError), held_lock(path):
            pass


def test_an_unknown_host_name_is_named() -> None:
    with (
        pytest.raises(PortTakenError, match=r"Cannot listen on no\.such\.invalid:80"),
        listening("no.such.invalid", 80),
    ):
        pass


def test_a_killed_web_process_comes_back_and_the_end_is_orderly(tmp_path: Path) -> None:
    with running(tmp_path) as service:
        first = service.starts_of("web")
        os.kill(first[0], signal.SIGKILL)
        service.wait(alive=True)
        assert len(service.starts_of("web")) == 2
        service.process.send_signal(signal.SIGTERM)
        said, _ = service.process.communicate(timeout=PATIENCE_S)
        assert service.process.returncode == 0
        assert f"http://127.0.0.1:{service.port}".encode() in said
        assert not service.lives()


def test_a_killed_supervisor_takes_its_children_along_and_can_be_started_again(tmp_path: Path) -> None:
    with running(tmp_path) as service:
        service.process.kill()
        service.wait(alive=False)
    with running(tmp_path) as again:
        assert again.lives()
