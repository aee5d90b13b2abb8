"""Records, their export and verification, and the search over everything.

Source: the routes below /records and /search.
Left out: verifying an export, which nobody's server has a part in (`api.records.verification`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from api.client import paging
from api.client.files import save
from api.client.shapes import Id, PublicKey, Record, SearchGroup, Verification
from api.client.transport import Transport


@dataclass(frozen=True, slots=True)
class Records:
    """The supervision records of a service; every method raises `ProblemError` and `UnreachableError`."""

    _transport: Transport

    def walk(self, *, port_call_id: Id | None = None, kind: str | None = None) -> Iterator[Record]:
        """Walk through records in the order of the chain."""
        return paging.items(self._transport, "/records", {"port_call_id": port_call_id, "kind": kind})

    def read(self, record_id: Id) -> Record:
        """Fetch one."""
        return cast("Record", self._transport.get(f"/records/{record_id}"))

    def verify(self, *, known_sequence: int | None = None, known_sha256: str | None = None) -> Verification:
        """Have the service walk its whole chain.

        Args:
            known_sequence: of a head that was noted earlier; it shows a removed end.
            known_sha256: of that head.
        """
        query = {"known_sequence": known_sequence, "known_sha256": known_sha256}
        return cast("Verification", self._transport.get("/records/verification", query))

    def public_key(self) -> PublicKey:
        """Fetch the key that signs now."""
        return cast("PublicKey", self._transport.get("/records/public-key"))

    def export(self, out: Path, *, port_call_id: Id | None = None) -> int:
        """Write the zip file that proves itself.

        Args:
            out: is replaced where it exists.
            port_call_id: records of this port call, and of the others their hashes; all where not given.

        Returns:
            Its size in bytes.

        Raises:
            DifferentBytesError: the answer broke off.
        """
        path = "/records/export" if port_call_id is None else f"/records/port-calls/{port_call_id}/export"
        with self._transport.open("GET", path) as answer:
            return save(answer, out)


@dataclass(frozen=True, slots=True)
class Search:
    """The search of a service; its method raises `ProblemError` and `UnreachableError`."""

    _transport: Transport

    def find(
        self, text: str, *, noun: str | None = None, port_call_id: Id | None = None
    ) -> Sequence[SearchGroup]:
        """Find whatever holds a text, noun by noun."""
        query = {"text": text, "noun": noun, "port_call_id": port_call_id}
        return cast("Sequence[SearchGroup]", self._transport.get("/search", query)["groups"])
