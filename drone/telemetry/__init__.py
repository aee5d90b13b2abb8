"""Telemetry of drones: a file in, a `FlightLog` with its `ParseReport` out.

Source: the formats' own modules name theirs; which format a file has is decided by its content (registry.py).
Left out: putting telemetry and video on one clock, and where the camera looked.
"""

from drone.telemetry.flight_log import FlightLog, FlightSample, ParseReport, SkipReason
from drone.telemetry.geojson import track_geojson
from drone.telemetry.registry import read_flight_log

__all__ = ["FlightLog", "FlightSample", "ParseReport", "SkipReason", "read_flight_log", "track_geojson"]
