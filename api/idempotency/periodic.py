"""Lets go of kept answers every hour.

Source: `api.jobs.periodic`, which lets one worker at a time do it.
Left out: how long they are kept, which is a setting.
"""

from api.idempotency.upkeep import forget_old_answers
from api.jobs.periodic import PeriodicTask
from api.settings import Settings
from api.storage.database import Database
from api.storage.objects import ObjectStore

_EVERY_S = 3600.0


def _forget(database: Database, _objects: ObjectStore, settings: Settings) -> None:
    forget_old_answers(database, settings)


TASKS = (PeriodicTask(name="idempotency.forget", interval_s=_EVERY_S, run=_forget),)
