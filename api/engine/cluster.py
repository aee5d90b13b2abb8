"""Does steps in an actor of a Ray cluster: one this worker starts for itself, or one that is there.

Source: Ray's manual, "Actor Fault Tolerance" and "Token Authentication"; extra `ray`.
Left out: setting up the nodes of a cluster. Each has this program and settings of its own, for an actor opens
database and files as its node says: no secret travels with an order.
"""

import json
import os
import threading
import time
from collections.abc import Callable
from typing import Any

import ray
from ray.exceptions import ActorUnavailableError, GetTimeoutError, RayActorError

from api.engine.orders import PULSE_S, StepFunctions, StepOrder, limit_memory
from api.jobs.errors import StepFailedError
from api.jobs.kinds import StepResult
from api.settings import MEBIBYTE, Settings, load_settings

OBJECT_STORE_BYTES = 256 * MEBIBYTE
"""Orders and results are small; nothing else may fill the shared memory of a machine."""
# A progress report is asked for while the step runs.
_CALLS_AT_ONCE = 2


class StepActor:
    """Lives on some node of the cluster and does one step after another."""

    def __init__(self, kinds_place: str) -> None:
        settings = load_settings()
        limit_memory(settings.job_memory_bytes)
        self._functions = StepFunctions(kinds_place, settings)
        self._progress: float | None = None
        self._one_at_a_time = threading.Lock()

    def do(self, order: str) -> str:
        """Do one step; what it raises becomes words, for its class may not exist where the answer goes."""
        with self._one_at_a_time:
            self._progress = None
            try:
                result = self._functions.do(StepOrder.from_json(json.loads(order)), self._note)
                return json.dumps({"result": dict(result)}, allow_nan=False)
            except Exception as error:  # noqa: BLE001  (the worker keeps the words with the job)
                return json.dumps({"error": f"{type(error).__name__}: {error}"})

    def progress(self) -> float | None:
        """Tell how far the step is."""
        return self._progress

    def process_id(self) -> int:
        """Tell which process this is."""
        return os.getpid()

    def _note(self, fraction: float) -> None:
        self._progress = fraction


class RayExecutor:
    """One actor that loads its networks once; it is started again wherever there is room when it dies.

    Args:
        settings: address of the cluster; without one, a cluster of this machine alone is started.
        kinds_place: where the actor finds the kinds of job, `module:NAME`.
    """

    def __init__(self, settings: Settings, *, kinds_place: str) -> None:
        self._kinds_place = kinds_place
        self._actor: Any = None
        started: dict[str, Any] = (
            {"include_dashboard": False, "object_store_memory": OBJECT_STORE_BYTES}
            if settings.ray_address is None
            else {"address": settings.ray_address}
        )
        ray.init(namespace="hullmark", log_to_driver=False, configure_logging=False, **started)

    def run(self, order: StepOrder, look: Callable[[float | None], None]) -> StepResult:
        """Do one step; see `Executor`.

        Raises:
            StepFailedError: the actor died, or the step raised.
        """
        actor = self._actor_made()
        try:
            _until_it_lives(actor, look)
            answer = json.loads(self._wait(actor, actor.do.remote(json.dumps(order.as_json())), look))
        except RayActorError as error:
            # The cluster starts the actor again by itself; the step is done again by the job's next attempt.
            raise StepFailedError(order.step, "its process on the cluster ended") from error
        except BaseException:
            self._kill()
            raise
        if "error" in answer:
            raise StepFailedError(order.step, answer["error"])
        result: StepResult = answer["result"]
        return result

    def close(self) -> None:
        """Kill the actor and leave the cluster, which ends if this worker started it."""
        self._kill()
        ray.shutdown()

    def _actor_made(self) -> Any:
        if self._actor is None:
            kept = ray.remote(max_restarts=-1, max_task_retries=0, max_concurrency=_CALLS_AT_ONCE, num_cpus=1)
            self._actor = kept(StepActor).remote(self._kinds_place)
        return self._actor

    def _wait(self, actor: Any, answer: Any, look: Callable[[float | None], None]) -> str:
        progress: float | None = None
        asked: Any = None
        while True:
            look(progress)
            try:
                found: str = ray.get(answer, timeout=PULSE_S)
            except GetTimeoutError:
                # A step that holds the interpreter cannot tell how far it is; nobody waits for that.
                asked = actor.progress.remote() if asked is None else asked
                if ray.wait([asked], timeout=0)[0]:
                    progress, asked = ray.get(asked), None
            else:
                return found

    def _kill(self) -> None:
        if self._actor is not None:
            ray.kill(self._actor, no_restart=True)
            self._actor = None


def _until_it_lives(actor: Any, look: Callable[[float | None], None]) -> None:
    """Wait for an actor that starts for the first time, or again after it died."""
    while True:
        look(None)
        try:
            ray.get(actor.process_id.remote(), timeout=PULSE_S)
        except (GetTimeoutError, ActorUnavailableError):
            time.sleep(PULSE_S)
        else:
            return
