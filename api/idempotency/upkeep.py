"""Lets go of answers that were kept long enough.

Source: setting `idempotency_hours`.
Left out: when this is done (`api.jobs.periodic`).
"""

from sqlalchemy import delete

from api.idempotency.promise import kept_for
from api.settings import Settings
from api.storage.database import Database
from api.storage.tables import KeptAnswer, utc_now


def forget_old_answers(database: Database, settings: Settings) -> int:
    """Remove the answers that are older than the setting says, and count them."""
    with database.writing() as session:
        old = delete(KeptAnswer).where(KeptAnswer.kept_at < utc_now() - kept_for(settings))
        return len(session.execute(old.returning(KeptAnswer.key)).all())
