"""Opens the executor that the settings name.

Source: `api.settings`: one machine, or a cluster.
Left out: the executors themselves (`local.py`, `cluster.py`).
"""

import os
import secrets
from importlib.util import find_spec

from api.engine.local import LocalExecutor
from api.engine.orders import Executor
from api.errors import FieldError, InvalidSettingsError
from api.settings import Settings

_TOKEN_BYTES = 32


def open_executor(settings: Settings, *, kinds_place: str) -> Executor:
    """Give the place where the steps of jobs are done.

    Raises:
        InvalidSettingsError: the settings name Ray, which is not installed.
    """
    if settings.job_engine == "ray":
        if find_spec("ray") is None:
            message = "ray is not installed; accepted: local, or an installation of hullmark[ray]"
            raise InvalidSettingsError.of([FieldError(pointer="HULLMARK_JOB_ENGINE", message=message)])
        # Ray reads its environment as it is imported. Its packages are an extra: one machine does not need them.
        _require_token(settings)
        from api.engine.cluster import RayExecutor

        return RayExecutor(settings, kinds_place=kinds_place)
    return LocalExecutor(kinds_place=kinds_place)


def _require_token(settings: Settings) -> None:
    """Let every process of the cluster show a secret; a cluster of this machine alone gets one of its own."""
    os.environ["RAY_AUTH_MODE"] = "token"
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    if settings.ray_address is not None:
        return
    path = settings.data_dir / "ray.token"
    if not path.exists():
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_TOKEN_BYTES))
    os.environ["RAY_AUTH_TOKEN_PATH"] = str(path.resolve())
