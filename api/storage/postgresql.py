"""PostgreSQL: the engine, the locks of its transactions, and what its failures are called.

Source: PostgreSQL manual, "Explicit Locking" (row and advisory locks) and appendix A (error codes).
Left out: replicas and poolers; advisory locks want transactions that stay on one connection of one server.
"""

from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import ORMExecuteState, Session

from api.errors import ApiError, DatabaseBusyError, StorageError, StorageFullError
from api.storage.tables import Checkpoint, Record

# Two processes with their pools stay below the 100 connections that a server accepts unless told otherwise.
_POOL_SIZE = 10
_MAX_OVERFLOW = 20
_CONNECT_TIMEOUT_S = 10

_BUSY_STATES = frozenset({"40001", "40P01", "53300", "55P03"})
_FULL_STATES = frozenset({"53100"})
_UNUSABLE_CLASSES = frozenset({"08", "25", "53", "57", "58"})
# Nobody changes their rows, and whoever adds one holds the lock of the chain.
_APPEND_ONLY = frozenset({Record, Checkpoint})


def open_engine(url: URL, *, busy_timeout_s: float) -> Engine:
    """Make an engine whose connections wait for a lock no longer than they may."""
    milliseconds = max(1, round(busy_timeout_s * 1000))
    return create_engine(
        url,
        pool_size=_POOL_SIZE,
        max_overflow=_MAX_OVERFLOW,
        pool_timeout=busy_timeout_s,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": _CONNECT_TIMEOUT_S,
            "application_name": "hullmark",
            "options": f"-c lock_timeout={milliseconds} -c timezone=UTC",
        },
    )


def reading_options() -> dict[str, Any]:
    """Give what makes a transaction see one unchanging state."""
    return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def writing_options() -> dict[str, Any]:
    """Give what lets a transaction see what others committed while it waited for a lock."""
    return {"isolation_level": "READ COMMITTED"}


def keep_what_is_read(session: Session) -> None:
    """Lock every row that the session reads as an object, until its transaction ends.

    What a request decides upon (a version number, a status) is then still true when it commits, as it is on
    SQLite, while transactions on other rows go on beside it.
    """
    event.listen(session, "do_orm_execute", _lock_rows)


def name_of_failure(error: DBAPIError) -> ApiError | None:
    """Say what went wrong in the words of this service; None where it is a mistake of the program."""
    state = getattr(error.orig, "sqlstate", None)
    if state in _BUSY_STATES:
        return DatabaseBusyError()
    if state in _FULL_STATES:
        return StorageFullError(needed_bytes=None, free_bytes=None)
    lost = error.connection_invalidated or (state is None and type(error.orig).__name__ == "OperationalError")
    if lost or (state or "")[:2] in _UNUSABLE_CLASSES:
        return StorageError(f"The database cannot be used: {_first_line(error)}.")
    return None


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).strip().partition("\n")[0].rstrip(".")


def _lock_rows(state: ORMExecuteState) -> None:
    entity = _only_entity(state)
    if entity is not None:
        # NO KEY: rows elsewhere that refer to this one can still be added.
        state.statement = state.statement.with_for_update(key_share=True, of=entity)  # type: ignore[attr-defined]


def _only_entity(state: ORMExecuteState) -> Any:
    """Give the class of the rows a statement selects, where it selects whole rows that can be locked."""
    if not state.is_select or state.is_column_load:
        return None
    statement: Any = state.statement
    described = getattr(statement, "column_descriptions", ())
    if not described or any(
        # A bare function is described without an entity.
        item.get("entity") is None or item["expr"] is not item["entity"]
        for item in described
    ):
        return None
    grouped = bool(statement._group_by_clauses) or statement._distinct  # noqa: SLF001 (there is no public way)
    entity = described[0]["entity"]
    if grouped or statement._for_update_arg is not None or entity in _APPEND_ONLY:  # noqa: SLF001
        return None
    return entity
