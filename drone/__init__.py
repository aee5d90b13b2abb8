"""Flights: what a drone hands over, and where its camera was.

Rooms: telemetry (formats to samples). Pure where it parses; only `read_flight_log` opens files.
Left out: the database, HTTP and pixels; those are api's and vision's.
"""
