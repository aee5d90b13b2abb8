"""Where the camera was, where it looked and what it saw.

Source: docs/how-to/read-drone-telemetry.md for frames and signs.
Left out: pixels of ships (vision), and which footage is whose (api).
"""
