"""Rows that tests of the service begin with.

Source: none; the ship is invented.
Left out: the routes that make such rows, which have tests of their own.
"""

from uuid import UUID

from api.flights.records import file_received
from api.storage.database import Database
from api.storage.objects import ObjectStore
from api.storage.tables import Flight, Footage, PortCall, Vessel, new_id


def add_port_call(database: Database) -> UUID:
    """Write a vessel and a port call of hers."""
    with database.writing() as session:
        vessel = Vessel(id=new_id(), name="安信山", length_between_perpendiculars_m=192.0)
        session.add(vessel)
        session.flush()
        method = {"rounding": "full", "mctc_half_interval_m": 0.5}
        port_call = PortCall(
            id=new_id(), vessel_id=vessel.id, cargo="铁矿砂", operation="discharging", method=method
        )
        session.add(port_call)
        return port_call.id


def add_footage(
    database: Database, objects: ObjectStore, port_call_id: str, *, content: bytes, kind: str = "video"
) -> UUID:
    """Write a flight of the initial survey with one file that was understood."""
    stored = objects.put(content)
    with database.writing() as session:
        flight = Flight(id=new_id(), port_call_id=UUID(port_call_id), stage="initial", name="左舷")
        session.add(flight)
        session.flush()
        footage = Footage(
            id=new_id(),
            flight_id=flight.id,
            file_name="水尺 01.MP4",
            object_sha256=stored.sha256,
            size_bytes=stored.size_bytes,
            media_type="video/mp4",
            kind=kind,
            status="ready",
        )
        footage.record_id = file_received(session, footage, flight, actor="tests").id
        session.add(footage)
        return footage.id
