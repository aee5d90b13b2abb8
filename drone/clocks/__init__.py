"""Time: telemetry on the video's clock, a flight log against a video, and what UTC a recording has.

Source: docs/how-to/read-drone-telemetry.md.
Left out: decoding; every time comes from a container's PTS or from a log.
"""
