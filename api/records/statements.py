"""What a checkpoint says, and whether a series of them holds together.

Source: docs/decisions/0009-records-and-checkpoints.md; RFC 8785 for the text, RFC 8032 for the signature.
Left out: when checkpoints are made (`checkpoints.py`), and the chain that they speak about (`chain.py`).
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import rfc8785
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.records.chain import GENESIS_SHA256, Faults
from api.records.signing import PublicKey, SigningKey
from api.schemas import Sha256Hex

Reason = Literal["records", "interval", "shutdown", "export", "backup", "rotation", "key_lost", "asked"]


class Statement(BaseModel):
    """One checkpoint as it is signed: its canonical JSON, byte for byte.

    A successor is introduced by the key before it; from then on the old key signs nothing more.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["hullmark.checkpoint/1"] = "hullmark.checkpoint/1"
    number: int = Field(ge=1, description="Place among the checkpoints, from 1.")
    sequence: int = Field(ge=0, description="The last record that is vouched for.")
    head_sha256: Sha256Hex = Field(description="Its link, which depends on all records up to it.")
    signed_at: str = Field(description="UTC, by the clock of the service.")
    reason: Reason
    key_id: str = Field(pattern=r"^[0-9a-f]{32}$")
    public_key: Sha256Hex = Field(description="The key that signs, hexadecimal.")
    next_public_key: Sha256Hex | None = Field(description="The key that signs from now on, where it changes.")
    previous_sha256: Sha256Hex = Field(description="Hash of the checkpoint before.")

    def text(self) -> bytes:
        """Write what is signed."""
        return rfc8785.dumps(self.model_dump(mode="json"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedStatement:
    """A checkpoint as it is stored and exported."""

    text: bytes
    signature: str

    @property
    def sha256(self) -> str:
        """The hash that the next checkpoint names."""
        return hashlib.sha256(self.text).hexdigest()

    def read(self) -> Statement | None:
        """Give what it says; None where it is no checkpoint, or not written as one is."""
        try:
            statement = Statement.model_validate_json(self.text)
        except ValidationError:
            return None
        return statement if statement.text() == self.text else None


def signed(statement: Statement, key: SigningKey) -> SignedStatement:
    """Sign a statement."""
    text = statement.text()
    return SignedStatement(text=text, signature=key.sign(text))


class StatementCheck:
    """Follows checkpoints in their order: the numbers, the hashes, the signatures, the keys.

    Args:
        faults: where it is noted what does not hold.
        known_keys: keys that the reader has from elsewhere. One of them must have signed; without any the first key
            that occurs is believed.
    """

    def __init__(self, faults: Faults, *, known_keys: Iterable[PublicKey] = ()) -> None:
        self._faults = faults
        self._known = {key.text for key in known_keys}
        self._current: str | None = None
        self._previous_sha256 = GENESIS_SHA256
        self._number = 0
        self._sequence = 0
        self.heads: dict[int, str] = {}
        self.keys: dict[str, PublicKey] = {}
        self._awaited: Statement | None = None

    @property
    def count(self) -> int:
        """How many were followed."""
        return self._number

    @property
    def signed_sequence(self) -> int:
        """The last record that one of them vouches for."""
        return self._sequence

    def take(self, item: SignedStatement) -> Statement | None:
        """Check the next one; what is noted names the record that it vouches for."""
        self._number += 1
        statement = item.read()
        if statement is None:
            self._faults.note("bad_checkpoint", None, f"checkpoint {self._number} is not written as one")
            return None
        self._check_place(statement)
        self._check_signature(statement, item)
        self._previous_sha256 = item.sha256
        self._number, self._sequence = statement.number, statement.sequence
        self._current = statement.next_public_key or statement.public_key
        if self.heads.setdefault(statement.sequence, statement.head_sha256) != statement.head_sha256:
            self._note(statement, "contradicts an earlier one on the same record")
        return statement

    def finish(self) -> None:
        """Note it if no known key has signed any of them."""
        if self._awaited is not None:
            self._note_unknown(self._awaited)

    def is_current(self, key: PublicKey) -> bool:
        """Tell whether a key is the one that signs after the last checkpoint."""
        return self._current == key.text

    def _check_place(self, statement: Statement) -> None:
        if statement.number != self._number or statement.previous_sha256 != self._previous_sha256:
            self._note(
                statement, f"does not follow from checkpoint {self._number - 1}; one is missing or moved"
            )
        if statement.sequence < self._sequence:
            self._note(statement, f"vouches for less than the one before it (record {self._sequence})")

    def _check_signature(self, statement: Statement, item: SignedStatement) -> None:
        key = PublicKey(text=statement.public_key)
        self.keys[key.id] = key
        if statement.key_id != key.id or not key.has_signed(item.text, item.signature):
            self._faults.note(
                "bad_signature",
                statement.sequence,
                f"checkpoint {statement.number} is not signed by {key.id}",
            )
        if statement.public_key in self._known:
            self._awaited = None
        elif self._current is None and self._known:
            # A known key may yet vouch for it: each checkpoint holds the hash of the one before.
            self._awaited = statement
        if self._current not in {None, statement.public_key} and not self._is_known_beginning(statement):
            self._note_unknown(statement)
        if statement.next_public_key is not None:
            successor = PublicKey(text=statement.next_public_key)
            self.keys[successor.id] = successor

    def _is_known_beginning(self, statement: Statement) -> bool:
        return statement.reason == "key_lost" and statement.public_key in self._known

    def _note_unknown(self, statement: Statement) -> None:
        key_id = PublicKey(text=statement.public_key).id
        self._faults.note(
            "unknown_key",
            statement.sequence,
            f"checkpoint {statement.number} is signed by key {key_id}, which no key before it introduced "
            "and none given with --public-key vouches for",
        )

    def _note(self, statement: Statement, detail: str) -> None:
        self._faults.note("bad_checkpoint", statement.sequence, f"checkpoint {statement.number} {detail}")


def statement_after(last: SignedStatement | None, **said: Any) -> Statement:
    """Make the next statement: its number and the hash of the one before follow from that."""
    before = None if last is None else last.read()
    number = 1 if before is None else before.number + 1
    previous = GENESIS_SHA256 if last is None else last.sha256
    return Statement(number=number, previous_sha256=previous, **said)
