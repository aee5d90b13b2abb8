"""Raw MISB KLV as a format of the registry.

Source: misb/, one folder up.
Left out: KLV inside a transport stream or another container (video.py).
"""

from drone.telemetry.flight_log import FlightLog
from drone.telemetry.format import Evidence, TelemetryFormat
from drone.telemetry.misb.packets import begins_with_klv
from drone.telemetry.misb.samples import klv_log
from drone.telemetry.tally import Tally


def _read(data: bytes, source: str) -> FlightLog:
    return klv_log([(None, data)], source, Tally())


FORMAT = TelemetryFormat(name="MISB KLV", evidence=Evidence.structure, recognises=begins_with_klv, read=_read)
