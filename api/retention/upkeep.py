"""What the web process does for the disk while it runs: looks at it, and makes room before it refuses.

Source: `space.py`, `deleting.py`.
Left out: the periodic work of the worker (`periodic.py`).
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from api.retention.deleting import delete_expired
from api.retention.policy import load_policy
from api.retention.space import RESERVE_FILE, MakingRoom, Reserve, watch
from api.settings import Settings
from api.storage.database import Database
from api.storage.objects import ObjectStore


@contextmanager
def watched_disk(database: Database, objects: ObjectStore, settings: Settings) -> Iterator[None]:
    """Watch the disk for as long as the block lasts.

    Raises:
        UnusableRetentionPolicyError: the declared policy is not accepted.
    """
    policy = load_policy(settings)
    reserve = Reserve(settings.data_dir / RESERVE_FILE)
    objects.make_room = MakingRoom(lambda: delete_expired(database, objects, policy), reserve)
    stopping = threading.Event()
    watcher = threading.Thread(
        target=watch, args=(objects, reserve, stopping), name="disk-watch", daemon=True
    )
    watcher.start()
    try:
        yield
    finally:
        stopping.set()
        watcher.join()
