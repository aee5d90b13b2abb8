"""Runs the migrations on the connection that `api.storage.database.Database.migrate` hands over.

Source: Alembic cookbook, "Sharing a connection with a series of migration commands".
Left out: the offline mode and an alembic.ini: the service migrates itself when it starts.
"""

from typing import Any, Literal

from alembic import context
from sqlalchemy import types

from api.storage.tables import Table, UtcDateTime


def _plain_type(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    # A migration must go on working when the classes of tables.py have changed: only SQLAlchemy's own types.
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, types.JSON):
        return "sa.JSON()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_item=_plain_type,
)
with context.begin_transaction():
    context.run_migrations()
