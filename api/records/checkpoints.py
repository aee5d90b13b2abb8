"""Signs the chain: after so many records, after so long, when the service ends, for an export, for a new key.

Source: docs/decisions/0009-records-and-checkpoints.md.
Left out: the text and its rules (`statements.py`); the key's file (`signing.py`).
"""

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from api.errors import BrokenChainError, UnusableSigningKeyError
from api.records import repository, rows
from api.records.chain import GENESIS_SHA256, ChainWalk, Faults
from api.records.signing import SigningKey, create_key, key_path, load_key, prepare_key, replace_key
from api.records.statements import Reason, SignedStatement, Statement, signed, statement_after
from api.settings import Settings
from api.storage.database import Database
from api.storage.tables import Checkpoint, Record, utc_now

CHECKPOINT_LOCK = 7_301_002
_SUCCESSOR = ".next"

log = structlog.get_logger(__name__)


def sign_when_due(database: Database, settings: Settings) -> Checkpoint | None:
    """Sign the chain if enough records, or enough time, went by since it was signed last.

    Raises:
        BrokenChainError: what was signed before is no longer there.
        UnusableSigningKeyError: the key is not this chain's.
    """
    with database.reading() as session:
        reason = _due(session, settings)
    return None if reason is None else sign(database, settings, reason=reason)


def sign_at_end(database: Database, settings: Settings) -> None:
    """Sign what is not signed yet, as a process ends; that it cannot be done does not keep the process from ending."""
    try:
        sign(database, settings, reason="shutdown")
    except Exception:
        log.exception("chain not signed at the end")


def sign(database: Database, settings: Settings, *, reason: Reason) -> Checkpoint | None:
    """Sign the chain as it is now; None where it is empty. What is already signed is not signed again.

    The records since the last checkpoint are walked first, outside any lock: nothing is vouched for that does not
    follow from what was vouched for before. Appends go on meanwhile.

    Raises:
        BrokenChainError: what was signed before is no longer there, or a record since then was changed.
        UnusableSigningKeyError: the key is not this chain's.
    """
    with database.reading() as session:
        sequence, head_sha256 = _checked_head(session)
    if sequence == 0:
        return None
    with database.writing() as session:
        _hold(session)
        last = _last(session)
        if last is not None and last.sequence >= sequence and reason not in {"rotation", "key_lost"}:
            return last
        key = _current_key(last, settings)
        return _add(session, last, key, sequence=sequence, head_sha256=head_sha256, reason=reason)


def rotate(database: Database, settings: Settings, *, old_key_is_lost: bool = False) -> Checkpoint:
    """Put a new key in the place of the old one, which introduces it; may be repeated after a crash.

    Args:
        database: the chain.
        settings: where the key lies.
        old_key_is_lost: begin with a key that nothing introduces; whoever verifies must be given its public half.

    Raises:
        UnusableSigningKeyError: the old key is not this chain's.
        BrokenChainError: the chain does not hold.
    """
    path = key_path(settings)
    successor = path.with_name(path.name + _SUCCESSOR)
    if not successor.exists():
        create_key(successor)
    new = load_key(successor)
    with database.reading() as session:
        sequence, head_sha256 = _checked_head(session)
    with database.writing() as session:
        _hold(session)
        last = _last(session)
        if last is not None:
            sequence, head_sha256 = max(
                (sequence, head_sha256), (last.sequence, _statement(last).head_sha256)
            )
        if old_key_is_lost:
            added = _add(session, last, new, sequence=sequence, head_sha256=head_sha256, reason="key_lost")
        else:
            old = _current_key(last, settings)
            added = _add(
                session,
                last,
                old,
                sequence=sequence,
                head_sha256=head_sha256,
                reason="rotation",
                successor=new,
            )
    replace_key(path, successor)
    return added


def current_key(session: Session, settings: Settings) -> SigningKey:
    """Load the key that signs after the last checkpoint.

    Raises:
        UnusableSigningKeyError: the key in the file is another one than the chain's.
    """
    return _current_key(_last(session), settings)


def signed_statements(
    session: Session, *, after_number: int = 0, limit: int | None = None
) -> list[SignedStatement]:
    """Give checkpoints in their order."""
    query = (
        select(Checkpoint).where(Checkpoint.number > after_number).order_by(Checkpoint.number).limit(limit)
    )
    return [statement_of(row) for row in session.scalars(query)]


def statement_of(row: Checkpoint) -> SignedStatement:
    """Give a checkpoint as it was signed."""
    return SignedStatement(text=row.statement.encode(), signature=row.signature)


def _due(session: Session, settings: Settings) -> Reason | None:
    last = _last(session)
    signed_sequence = 0 if last is None else last.sequence
    oldest = session.scalars(
        select(Record.recorded_at).where(Record.sequence > signed_sequence).order_by(Record.sequence).limit(1)
    ).first()
    if oldest is None:
        return None
    head = repository.last_record(session)
    if head is not None and head.sequence - signed_sequence >= settings.checkpoint_records:
        return "records"
    return "interval" if utc_now() - oldest >= timedelta(seconds=settings.checkpoint_interval_s) else None


def _checked_head(session: Session) -> tuple[int, str]:
    """Walk from the last checkpoint to the end.

    Raises:
        BrokenChainError: it does not hold.
    """
    last = _last(session)
    faults = Faults()
    sequence, sha256 = 0, GENESIS_SHA256
    if last is not None:
        sequence, sha256 = last.sequence, _statement(last).head_sha256
        if sequence and sha256 != session.scalar(select(Record.sha256).where(Record.sequence == sequence)):
            raise BrokenChainError(sequence, f"is not what checkpoint {last.number} signed")
    walk = ChainWalk(faults, sequence=sequence, sha256=sha256)
    with closing(rows.chain_after(session, sequence=sequence)) as chain:
        for link, _previous, content in chain:
            walk.take(link, content)
            if faults.count:
                raise BrokenChainError(faults.first[0].sequence, faults.first[0].detail)
    return walk.sequence, walk.sha256


def _hold(session: Session) -> None:
    """Keep other checkpoints away; records are added meanwhile."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": CHECKPOINT_LOCK})


def _last(session: Session) -> Checkpoint | None:
    return session.scalars(select(Checkpoint).order_by(Checkpoint.number.desc()).limit(1)).first()


def _statement(row: Checkpoint) -> Statement:
    """Read a stored checkpoint.

    Raises:
        BrokenChainError: it was changed.
    """
    statement = statement_of(row).read()
    if statement is None:
        raise BrokenChainError(row.sequence, f"checkpoint {row.number} is not written as one")
    return statement


def _current_key(last: Checkpoint | None, settings: Settings) -> SigningKey:
    """Load the key that is to sign now, and end a rotation that a crash cut short.

    Raises:
        UnusableSigningKeyError: the key in the file is another one than the chain's.
    """
    path = key_path(settings)
    if last is None:
        prepare_key(settings)
        return load_key(path)
    key = load_key(path)
    statement = _statement(last)
    expected = statement.next_public_key or statement.public_key
    if key.public.text == expected:
        return key
    successor = path.with_name(path.name + _SUCCESSOR)
    if _is_key(successor, expected):
        replace_key(path, successor)
        return load_key(path)
    raise UnusableSigningKeyError(
        path,
        f"this is key {key.public.id}, and the last checkpoint names another. Accepted: the key of this chain; "
        "if it is lost, `hullmark records rotate-key --old-key-is-lost` begins with a new one",
    )


def _is_key(path: Path, public_key: str) -> bool:
    return path.exists() and load_key(path).public.text == public_key


def _add(
    session: Session,
    last: Checkpoint | None,
    key: SigningKey,
    *,
    sequence: int,
    head_sha256: str,
    reason: Reason,
    successor: SigningKey | None = None,
) -> Checkpoint:
    now = utc_now()
    statement = statement_after(
        None if last is None else statement_of(last),
        sequence=sequence,
        head_sha256=head_sha256,
        signed_at=repository.with_z(now),
        reason=reason,
        key_id=key.public.id,
        public_key=key.public.text,
        next_public_key=None if successor is None else successor.public.text,
    )
    item = signed(statement, key)
    row = Checkpoint(
        number=statement.number,
        sequence=sequence,
        signed_at=now,
        key_id=key.public.id,
        statement=item.text.decode(),
        sha256=item.sha256,
        signature=item.signature,
    )
    session.add(row)
    session.flush()
    log.info("chain signed", sequence=sequence, number=statement.number, reason=reason, key_id=key.public.id)
    return row
