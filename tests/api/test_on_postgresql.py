"""Evidence: the main flows once more, on a real PostgreSQL server: the same tests, another database."""

import os
import subprocess
import sys

import pytest
from shared_data import REPOSITORY

FLOWS = (
    "portcalls/test_portcalls.py",
    "surveys/test_surveys.py",
    "readings/test_readings.py",
    "vessels/test_vessels.py",
)


@pytest.mark.soak
def test_the_main_flows_pass_on_postgresql() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "not soak", *FLOWS],
        cwd=REPOSITORY / "tests" / "api",
        env={**os.environ, "TESTS_ON_POSTGRESQL": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:]
