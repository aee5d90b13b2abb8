"""Whether deliveries are made, and how far each subscription is behind: for the probe of readiness.

Source: the heartbeat of the delivery process, and the cursors.
Left out: names and targets of subscriptions; whoever probes need not be logged in.
"""

from datetime import timedelta
from uuid import UUID

from pydantic import BaseModel, Field

from api.delivery import repository
from api.delivery.metrics import lag_s
from api.storage.database import Database
from api.storage.tables import utc_now


class Lag(BaseModel):
    """How far one subscription is behind."""

    subscription_id: UUID
    active: bool
    lag_records: int = Field(description="Records of the chain behind the cursor, of any kind.")
    lag_s: float = Field(description="Age of the oldest of them; 0 where there is none.")
    dead_letter_count: int


def lags(database: Database) -> list[Lag]:
    """Say how far every subscription is behind."""
    with database.reading() as session:
        return [
            Lag(
                subscription_id=standing.subscription.id,
                active=standing.subscription.active,
                lag_records=standing.lag_records,
                lag_s=round(lag_s(standing), 1),
                dead_letter_count=standing.dead_letter_count,
            )
            for standing in repository.standings(session)
        ]


def silence(database: Database) -> timedelta | None:
    """Say how long ago a process of delivery last reported itself; None where none runs."""
    with database.reading() as session:
        heartbeat_at = repository.last_heartbeat(session)
    return None if heartbeat_at is None else utc_now() - heartbeat_at
