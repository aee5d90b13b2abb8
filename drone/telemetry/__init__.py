"""Telemetry of any format as samples against video time."""

from drone.telemetry.flight_log import FlightLog, FlightSample, ParseReport, SkipReason
from drone.telemetry.registry import read_flight_log

__all__ = ["FlightLog", "FlightSample", "ParseReport", "SkipReason", "read_flight_log"]
