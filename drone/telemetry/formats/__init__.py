"""One module for each telemetry format; the registry finds them by looking into this folder.

Source: docs/how-to/add-a-telemetry-format.md.
Left out: what several formats share, which stands one folder up.
"""
