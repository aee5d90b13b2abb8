"""Vessels, port calls, and the loads that go ashore.

Source: the routes below /vessels and /portcalls.
Left out: statements about the cargo beside its transfers; `state` takes any of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from api.client import paging
from api.client.files import body_of
from api.client.shapes import Id, Milestone, PortCall, Transfer, TransfersReceipt, Vessel
from api.client.transport import Query, Transport, once

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Vessels:
    """The vessels of a service; every method raises `ProblemError` and `UnreachableError`."""

    _transport: Transport

    def register(self, body: Body) -> Vessel:
        """Enter a vessel."""
        return cast("Vessel", self._transport.create("/vessels", body))

    def walk(self, *, name_contains: str | None = None) -> Iterator[Vessel]:
        """Walk through all vessels, or those whose name holds a text."""
        return paging.items(self._transport, "/vessels", {"name_contains": name_contains})

    def read(self, vessel_id: Id) -> Vessel:
        """Fetch one."""
        return cast("Vessel", self._transport.get(f"/vessels/{vessel_id}"))

    def import_table(self, vessel_id: Id, file: Path, declaration: Query) -> dict[str, Any]:
        """Send a hydrostatic table (CSV or XLSX), with what the file does not say.

        Args:
            vessel_id: whose table it is.
            file: as it came from the ship.
            declaration: the query of the route, as `lcf_reference`.
        """
        answer = self._transport.call(
            "POST",
            f"/vessels/{vessel_id}/hydrostatic-tables",
            query=declaration,
            file=body_of(file, media_type="application/octet-stream"),
            headers=once(),
        )
        return cast("dict[str, Any]", answer.json())


@dataclass(frozen=True, slots=True)
class PortCalls:
    """The port calls of a service; every method raises `ProblemError` and `UnreachableError`."""

    _transport: Transport

    def declare(self, body: Body) -> PortCall:
        """Open one."""
        return cast("PortCall", self._transport.create("/portcalls", body))

    def walk(self, *, vessel_id: Id | None = None) -> Iterator[PortCall]:
        """Walk through port calls, the newest first."""
        return paging.items(self._transport, "/portcalls", {"vessel_id": vessel_id})

    def read(self, port_call_id: Id) -> PortCall:
        """Fetch one."""
        return cast("PortCall", self._transport.get(f"/portcalls/{port_call_id}"))

    def read_tagged(self, port_call_id: Id) -> tuple[PortCall, str]:
        """Fetch one with the tag that `amend` wants: nobody's change is then overwritten unseen."""
        answer = self._transport.call("GET", f"/portcalls/{port_call_id}")
        return answer.json(), answer.headers.get("etag", "")

    def amend(self, port_call_id: Id, body: Body, *, tag: str) -> PortCall:
        """Replace what was declared, unless somebody else has since the tag was fetched."""
        headers = {"If-Match": tag}
        answer = self._transport.call("PUT", f"/portcalls/{port_call_id}", body=body, headers=headers)
        return cast("PortCall", answer.json())

    def enter_stage(self, port_call_id: Id, stage: str, body: Body) -> dict[str, Any]:
        """Replace what was measured aboard for a stage."""
        path = f"/portcalls/{port_call_id}/stages/{stage}"
        answer = self._transport.call("GET", path)
        tag = answer.headers.get("etag")
        headers = {} if tag is None else {"If-Match": tag}
        return cast("dict[str, Any]", self._transport.call("PUT", path, body=body, headers=headers).json())

    def reach(self, port_call_id: Id, name: str, *, occurred_at: str, note: str | None = None) -> Milestone:
        """Let a port call reach a stage."""
        body = {"name": name, "occurred_at": occurred_at, "note": note}
        return cast("Milestone", self._transport.create(f"/portcalls/{port_call_id}/milestones", body))

    def progress(self, port_call_id: Id) -> dict[str, Any]:
        """Ask which stages were reached, and what each of the others lacks."""
        return cast("dict[str, Any]", self._transport.get(f"/portcalls/{port_call_id}/progress"))

    def timeline(self, port_call_id: Id) -> Iterator[dict[str, Any]]:
        """Walk through everything that happened, the earliest first."""
        return paging.items(self._transport, f"/portcalls/{port_call_id}/timeline")

    def state(self, port_call_id: Id, noun: str, body: Body) -> dict[str, Any]:
        """State something about the cargo.

        Args:
            port_call_id: whose cargo.
            noun: as in the address: `parties`, `lots`, `documents`, `findings`, `seals`, `scales`, `storages`.
            body: what is stated.
        """
        return cast("dict[str, Any]", self._transport.create(f"/portcalls/{port_call_id}/{noun}", body))

    def import_transfers(
        self, port_call_id: Id, file: Path, *, mode: str | None = None, utc_offset: str | None = None
    ) -> TransfersReceipt:
        """Send a table of loads (CSV): all are taken or none; sent again, it adds nothing.

        Args:
            port_call_id: whose cargo.
            file: as the weighbridge wrote it.
            mode: `truck`, `rail`, …, where the table does not say it.
            utc_offset: of times that name no zone, as +08:00.
        """
        answer = self._transport.call(
            "POST",
            f"/portcalls/{port_call_id}/transfers/table",
            query={"mode": mode, "utc_offset": utc_offset},
            file=body_of(file, media_type="text/csv"),
            headers=once(),
        )
        return cast("TransfersReceipt", answer.json())

    def transfers(self, port_call_id: Id, *, mode: str | None = None) -> Iterator[Transfer]:
        """Walk through the loads that count, in the order of their weighing."""
        return paging.items(self._transport, f"/portcalls/{port_call_id}/transfers", {"mode": mode})

    def balance(self, port_call_id: Id) -> dict[str, Any]:
        """Ask how the weights of the cargo stand against each other."""
        return cast("dict[str, Any]", self._transport.get(f"/portcalls/{port_call_id}/balance"))
