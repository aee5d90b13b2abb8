"""Evidence: `hullmark user` run as an operator runs it, in processes of their own, and what it lets somebody do."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import Settings

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "var"


@pytest.fixture
def user(data_dir: Path) -> Command:
    environment = os.environ | {"HULLMARK_DATA_DIR": str(data_dir)}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "api.cli", "user", *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    return run


def status(data_dir: Path, *, token: str = "", password: str = "") -> int:
    """Ask a service on the folder as somebody."""
    settings = Settings(data_dir=data_dir, minimum_free_bytes=0)
    with TestClient(create_app(settings), base_url="http://localhost") as client:
        if password:
            body = {"name": "王伟", "password": password}
            return client.post("/api/v1/auth/login", json=body).status_code
        headers = {"authorization": f"Bearer {token}"}
        return client.get("/api/v1/vessels", headers=headers).status_code


def test_a_person_is_added_listed_given_a_token_and_disabled(data_dir: Path, user: Command) -> None:
    added = user("add", "王伟", "--role", "weigher", "--role", "field")
    assert added.returncode == 0, added.stderr
    password = added.stdout.split()[-1]
    assert "王伟\tfield,weigher\tactive" in user("list").stdout
    token = user("token", "王伟", "weighbridge", "--days", "1").stdout.strip()
    assert (status(data_dir, password=password), status(data_dir, token=token)) == (204, 200)
    given = user("reset-password", "王伟").stdout.split()[-1]
    assert (status(data_dir, password=password), status(data_dir, password=given)) == (401, 204)
    assert user("add", "admin", "--role", "admin").returncode == 0
    assert user("disable", "王伟").returncode == 0
    assert "王伟\tfield,weigher\tdisabled" in user("list").stdout
    assert (status(data_dir, password=given), status(data_dir, token=token)) == (401, 401)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "李", "--role", "captain"), "There is no role captain"),
        (("add", "李", "--role", "field", "--site", "nowhere"), "There is no site nowhere"),
        (("disable", "nobody"), "nobody"),
        (("token", "nobody", "scale"), "nobody"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(user: Command, arguments: tuple[str, ...], said: str) -> None:
    answer = user(*arguments)
    assert answer.returncode != 0
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr


def test_the_last_admin_stays(user: Command) -> None:
    user("add", "admin", "--role", "admin")
    answer = user("disable", "admin")
    assert answer.returncode != 0
    assert "Nobody would be left" in answer.stderr
    assert "admin\tadmin\tactive" in user("list").stdout
