"""The route of the file store, for administrators.

Source: `api.retention.service`.
Left out: changing the policy, which is a file that an operator writes.
"""

from api.auth.access import requires
from api.auth.permissions import Permission
from api.problems import responses
from api.retention import service
from api.retention.policy import load_policy
from api.retention.schemas import StorageView
from api.routing import NounRouter, UsesDatabase, UsesObjects, UsesSettings

router = NounRouter(prefix="/storage", tags=["storage"])


@router.get("", responses=responses(), dependencies=[requires(Permission.STORAGE_MANAGE)])
def read_file_store(database: UsesDatabase, objects: UsesObjects, settings: UsesSettings) -> StorageView:
    """Show what the file store holds by class, what the disk refuses, and what would be deleted next."""
    with database.reading() as session:
        return service.show(session, objects, load_policy(settings))
