"""Looks every few seconds whether the chain is to be signed again.

Source: `api.jobs.periodic`, which lets one worker at a time do it.
Left out: the signatures at the end of a process and for an export, which are made where that happens.
"""

from api.jobs.periodic import PeriodicTask
from api.records.checkpoints import sign_when_due
from api.settings import Settings
from api.storage.database import Database
from api.storage.objects import ObjectStore

_LOOK_S = 10.0


def _sign(database: Database, _objects: ObjectStore, settings: Settings) -> None:
    sign_when_due(database, settings)


TASKS = (
    PeriodicTask(
        name="records.checkpoint",
        interval_s=lambda settings: min(_LOOK_S, settings.checkpoint_interval_s),
        run=_sign,
    ),
)
