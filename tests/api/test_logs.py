"""Evidence: lines as another program reads them, and what must not stand in them."""

import json
import subprocess
import sys
from typing import Any

import pytest

SCRIPT = """
import sys, structlog
from api.logs import configure_logs
from api.settings import Settings
configure_logs(Settings(log_format=sys.argv[1], log_level=sys.argv[2]), process="web")
log = structlog.get_logger("api.somewhere")
log.debug("hidden")
with structlog.contextvars.bound_contextvars(request_id="r-1"):
    log.info("船 arrived", port="宁波", injected="a\\nb")
try:
    password = "hunter2"
    raise ValueError("no such berth")
except ValueError:
    log.exception("failed")
import logging
logging.getLogger("sqlalchemy").warning("from a library")
"""


def logged(*arguments: str) -> str:
    command = [sys.executable, "-c", SCRIPT, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stderr


def test_every_line_is_one_json_object_with_the_request_it_belongs_to() -> None:
    lines: list[dict[str, Any]] = [json.loads(line) for line in logged("json", "info").splitlines()]
    assert [line["event"] for line in lines] == ["船 arrived", "failed", "from a library"]
    assert lines[0]["request_id"] == "r-1"
    assert (lines[0]["port"], lines[0]["injected"]) == ("宁波", "a\nb")
    assert all(line["process"] == "web" and line["timestamp"].endswith("Z") for line in lines)
    assert "no such berth" in lines[1]["exception"]
    assert "request_id" not in lines[1]


@pytest.mark.parametrize("form", ["json", "console"])
def test_local_variables_do_not_reach_the_log(form: str) -> None:
    assert "hunter2" not in logged(form, "info").replace('password = "hunter2"', "")


def test_the_level_is_obeyed() -> None:
    assert "hidden" in logged("console", "debug")
    assert "arrived" not in logged("console", "error")
