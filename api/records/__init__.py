"""Supervision records: whatever the system or a person asserts, in a chain that shows any later change.

Source: the records page of the design; RFC 8785 canonical JSON, SHA-256, UUIDv7.
Left out: signed checkpoints and the export that is verified offline.
"""
