"""What the worker does for the file store every so often.

Source: `api.jobs.periodic`.
Left out: the work itself, in the modules beside this.
"""

from datetime import timedelta

from api.jobs.periodic import PeriodicTask
from api.retention.deleting import delete_expired
from api.retention.policy import load_policy
from api.retention.scrubbing import lower_priority, scrub
from api.retention.space import record_changes, refused_purposes
from api.retention.stock import take_stock
from api.settings import Settings
from api.storage.database import Database
from api.storage.objects import ObjectStore

SPACE_S = 15.0
RETENTION_S = 3600.0
SCRUB_S = 600.0


def keep_policy(database: Database, objects: ObjectStore, settings: Settings) -> None:
    """Take stock, then delete what the policy lets go."""
    policy = load_policy(settings)
    take_stock(database, objects)
    delete_expired(database, objects, policy)


def check_some_files(database: Database, objects: ObjectStore, settings: Settings) -> None:
    """Read the files that are due; this thread does nothing else, and everything else goes before it."""
    lower_priority()
    scrub(database, objects, interval=timedelta(days=settings.object_check_interval_days))


def look_at_space(database: Database, objects: ObjectStore, settings: Settings) -> None:
    """Record what the disk refuses, and delete what is expired where it refuses anything."""
    record_changes(database, objects)
    if refused_purposes(objects):
        delete_expired(database, objects, load_policy(settings))
        record_changes(database, objects)


TASKS = (
    PeriodicTask(name="storage.space", interval_s=SPACE_S, run=look_at_space),
    PeriodicTask(name="storage.retention", interval_s=RETENTION_S, run=keep_policy),
    PeriodicTask(name="storage.check", interval_s=SCRUB_S, run=check_some_files),
)
