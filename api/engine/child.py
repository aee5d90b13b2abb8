"""The process that does steps for a worker: `python -m api.engine.child`, orders in, answers out, a line each.

Source: `api.engine.local` is its only caller; prctl(2) for PR_SET_PDEATHSIG.
Left out: leases and results in the database; whatever happens here, the worker alone writes.
"""

import argparse
import ctypes
import json
import os
import signal
import sys
import traceback
from typing import Any, TextIO

from api.engine.orders import StepFunctions, StepOrder, limit_memory, offer_to_oom_killer
from api.logs import configure_logs
from api.settings import load_settings

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Do steps until the worker closes the pipe or is gone."""
    parser = argparse.ArgumentParser(prog="python -m api.engine.child")
    parser.add_argument("--kinds", required=True)
    parser.add_argument("--answers-fd", type=int, required=True)
    parser.add_argument("--parent", type=int, required=True)
    given = parser.parse_args()
    _die_with(given.parent)
    settings = load_settings()
    configure_logs(settings, process="steps")
    limit_memory(settings.job_memory_bytes)
    offer_to_oom_killer()
    with os.fdopen(given.answers_fd, "w", encoding="utf-8") as answers:
        functions = StepFunctions(given.kinds, settings)
        for line in sys.stdin:
            _answer(functions, StepOrder.from_json(json.loads(line)), answers)


def _answer(functions: StepFunctions, order: StepOrder, answers: TextIO) -> None:
    def report_progress(fraction: float) -> None:
        _write(answers, {"progress": fraction})

    try:
        # A number that JSON cannot hold must not reach the database: every later answer would break on it.
        result = json.dumps({"result": dict(functions.do(order, report_progress))}, allow_nan=False)
    except Exception as error:  # noqa: BLE001
        # The worker keeps the words with the job; where it went wrong belongs in the log of this process.
        traceback.print_exc()
        _write(answers, {"error": f"{type(error).__name__}: {error}"})
    else:
        answers.write(result + "\n")
        answers.flush()


def _write(answers: TextIO, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


def _die_with(parent: int) -> None:
    """Be killed when the worker ends, even while native code holds this process."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(0)


if __name__ == "__main__":
    main()
