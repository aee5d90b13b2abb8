"""DJI's .SRT subtitles as a format of the registry.

Source: dji_srt_dialects.py, one folder up.
Left out: the reading itself (dji_srt.py, one folder up); subtitles inside a video (video.py).
"""

from drone.errors import UnknownTelemetryFormatError
from drone.telemetry.decoding import decoded
from drone.telemetry.dji_srt import ACCEPTED, parse_dji_srt
from drone.telemetry.flight_log import FlightLog
from drone.telemetry.format import Evidence, TelemetryFormat
from drone.telemetry.srt_cues import ARROW


def _is_srt(head: bytes) -> bool:
    text = decoded(head)
    return text is not None and ARROW in text


def _read_srt(data: bytes, source: str) -> FlightLog:
    text = decoded(data)
    if text is None:
        raise UnknownTelemetryFormatError(
            source, "begins as subtitles and goes on as binary data", accepted=ACCEPTED
        )
    return parse_dji_srt(text, source=source)


FORMAT = TelemetryFormat(name="DJI .SRT", evidence=Evidence.words, recognises=_is_srt, read=_read_srt)
