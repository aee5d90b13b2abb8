"""Route of the overview of a port call.

Source: `api.overview.service`.
Left out: pushing changes; a page asks again.
"""

from uuid import UUID

from api.auth.access import requires
from api.auth.permissions import Permission
from api.errors import NotFoundError
from api.overview import service
from api.overview.schemas import OverviewView
from api.problems import responses
from api.routing import NounRouter, UsesDatabase

router = NounRouter(prefix="/portcalls", tags=["port calls"])


@router.get(
    "/{port_call_id}/overview",
    responses=responses(NotFoundError),
    dependencies=[requires(Permission.PORT_CALLS_READ)],
)
def read_overview(port_call_id: UUID, database: UsesDatabase) -> OverviewView:
    """Give everything that the page of a port call shows, in one answer."""
    with database.reading() as session:
        return service.overview(session, port_call_id)
