"""Flights: what one take-off produced, its files and its track.

Source: the house's rules for receiving a flight; originals are stored byte-identical under their SHA-256.
Left out: opening the files (`api.footage`) and understanding their telemetry (`drone`).
"""
