"""The present moment by the clock that all workers of one database share.

Source: PostgreSQL "Current Date/Time" (`clock_timestamp`); SQLite is used on one machine only, by its own clock.
Left out: instants that are shown or recorded, which are the web process's (`api.storage.tables.utc_now`).
"""

from datetime import datetime

from sqlalchemy import DateTime, func, select
from sqlalchemy.orm import Session

from api.storage.tables import utc_now


def present(session: Session) -> datetime:
    """Give the moment that leases are judged by: two machines' clocks may differ by more than a lease."""
    if session.get_bind().dialect.name == "postgresql":
        clock = func.clock_timestamp(type_=DateTime(timezone=True))
        moment: datetime = session.connection().scalars(select(clock)).one()
        return moment
    return utc_now()
