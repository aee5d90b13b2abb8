"""Queries on single files of footage.

Source: table `footage` of `api.storage.tables`.
Left out: the files of a flight together (`api.flights.repository`).
"""

from uuid import UUID

from sqlalchemy.orm import Session

from api.errors import NotFoundError
from api.storage.tables import Footage


def footage_by_id(session: Session, footage_id: UUID) -> Footage:
    """Return one file.

    Raises:
        NotFoundError: there is none by that id.
    """
    footage = session.get(Footage, footage_id)
    if footage is None:
        raise NotFoundError.of("footage", footage_id)
    return footage
