"""What other nouns ask when a request names a port call in its body.

Source: the rule that a wrong reference in a body is a fault of that field (422), one in a path a 404.
Left out: everything else about port calls (`api.portcalls.service`).
"""

from uuid import UUID

from sqlalchemy.orm import Session

from api.errors import InvalidRequestError
from api.portcalls import repository
from api.storage.tables import PortCall


def referenced_port_call(session: Session, identifier: UUID) -> PortCall:
    """Give the port call that a body names in its field `port_call_id`.

    Raises:
        InvalidRequestError: there is none by that identifier.
    """
    row = repository.port_call(session, identifier)
    if row is None:
        raise InvalidRequestError.at("/port_call_id", f"there is no port call {identifier}")
    return row
