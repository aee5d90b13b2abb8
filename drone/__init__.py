"""Flights: telemetry formats, and later clocks, camera pose and footprints.

Source: docs/architecture.md, the rooms of the house.
Left out: pixels, arithmetic of surveys, databases and HTTP; this room knows none of them.
"""
