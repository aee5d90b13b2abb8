"""Reads the telemetry inside videos: subtitles, MISB KLV, DJI's data tracks; else what the container says.

Source: container.py, dji_srt.py, misb/, dji_djmd.py, one folder up.
Left out: pictures; the .SRT that lies beside a video, which is a file of its own.
"""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

import srt

from drone.errors import NoTelemetryError, TelemetryError, UnreadableTelemetryFileError
from drone.telemetry.container import Contents, Track, contents_of, demuxer_of, shown_until
from drone.telemetry.decoding import decoded
from drone.telemetry.dji_djmd import LAYOUTS, packet_values, protocol_of
from drone.telemetry.dji_srt import parse_dji_srt
from drone.telemetry.flight_log import FlightLog, FlightSample, SkipReason
from drone.telemetry.format import Evidence, TelemetryFormat
from drone.telemetry.misb.packets import PREFIX
from drone.telemetry.misb.samples import klv_log
from drone.telemetry.protobuf_wire import BrokenProtobufError
from drone.telemetry.tally import Origin, Tally, flight_log, utc_text

ACCEPTED = (
    "a video with telemetry inside: subtitles, MISB KLV, a DJI djmd track, or a place or time of its own"
)
HEAD_BYTES = 64 * 1024
MOV_TEXT_LENGTH_BYTES = 2

Reader = Callable[[Track, str, Tally], FlightLog]


def _read(data: bytes, source: str) -> FlightLog:
    return _read_open(io.BytesIO(data), source)


def _read_file(path: Path, source: str) -> FlightLog:
    try:
        with path.open("rb") as file:
            return _read_open(file, source)
    except OSError as error:
        raise UnreadableTelemetryFileError(source, f"cannot be read: {error}", accepted=ACCEPTED) from error


def _read_open(file: BinaryIO, source: str) -> FlightLog:
    demuxer = demuxer_of(file.read(HEAD_BYTES))
    file.seek(0)
    if demuxer is None:
        raise NoTelemetryError(source, "is no video of a container that is read", accepted=ACCEPTED)
    tally = Tally()
    contents = contents_of(file, demuxer, source, accepted=ACCEPTED, tally=tally)
    for track in contents.tracks:
        reader = _reader_of(track)
        if reader is not None:
            # A track that looks right and gives nothing leaves the turn to the next one, and its reason as a remark.
            try:
                return _with_facts(reader(track, source, tally), tally)
            except TelemetryError as error:
                tally.remarks.append(error.problem)
    return _container_log(contents, source, tally)


def _reader_of(track: Track) -> Reader | None:
    first = next((data for _, data in track.packets), b"")
    if track.kind == "subtitle":
        return _read_subtitles
    if any(PREFIX in data for _, data in track.packets[:20]):
        return _read_klv
    return _read_djmd if protocol_of(first) else None


def _read_subtitles(track: Track, source: str, tally: Tally) -> FlightLog:
    """Write the packets as the subtitle file that they were, and read it as one."""
    times_s = [time_s for time_s, _ in track.packets]
    cues = []
    for number, ((time_s, data), end_s) in enumerate(
        zip(track.packets, shown_until(times_s), strict=True), start=1
    ):
        words = _words(data, track.codec)
        if not words.strip():
            continue
        if time_s is None:
            tally.skipped[SkipReason.no_time] += 1
            continue
        start, end = (
            srt.timedelta_to_srt_timestamp(timedelta(seconds=max(s, 0.0))) for s in (time_s, end_s or 0.0)
        )
        cues.append(f"{number}\n{start} --> {end}\n{words}\n\n")
    return parse_dji_srt("".join(cues), source=source)


def _words(data: bytes, codec: str | None) -> str:
    """mov_text puts a length before its text and styles behind it."""
    if codec != "mov_text":
        return decoded(data) or ""
    length = int.from_bytes(data[:MOV_TEXT_LENGTH_BYTES], "big")
    return decoded(data[MOV_TEXT_LENGTH_BYTES : MOV_TEXT_LENGTH_BYTES + length]) or ""


def _read_klv(track: Track, source: str, tally: Tally) -> FlightLog:
    own = Tally(facts=dict(tally.facts))
    return klv_log(track.packets, source, own)


def _read_djmd(track: Track, source: str, tally: Tally) -> FlightLog:
    protocol = protocol_of(track.packets[0][1])
    layout = LAYOUTS.get(protocol or "")
    if layout is None:
        raise NoTelemetryError(
            source, f"has a DJI data track of an unknown protocol: {protocol}", accepted=ACCEPTED
        )
    own = Tally(facts={**tally.facts, "protocol": protocol or ""})
    samples = []
    for time_s, data in track.packets:
        values = None
        try:
            values = packet_values(data, layout, own)
        except BrokenProtobufError:
            own.skipped[SkipReason.bad_structure] += 1
        if values is not None:
            samples.append(FlightSample(video_time_s=time_s, **values))
    origin = Origin(source=source, dialect="dji-djmd", accepted=ACCEPTED, model=layout.model)
    return flight_log(origin, samples, own)


def _with_facts(log: FlightLog, tally: Tally) -> FlightLog:
    facts = {**tally.facts, **log.report.facts}
    skipped = {reason: log.report.skipped.get(reason, 0) + count for reason, count in tally.skipped.items()}
    report = replace(
        log.report,
        facts=facts,
        remarks=(*log.report.remarks, *tally.remarks),
        skipped={**log.report.skipped, **skipped},
    )
    return FlightLog(source=log.source, samples=log.samples, report=report)


def _container_log(contents: Contents, source: str, tally: Tally) -> FlightLog:
    """One sample: where and when the container says that the recording began."""
    if contents.created is None and contents.location is None:
        facts = ", ".join(f"{name}: {value}" for name, value in tally.facts.items())
        reasons = "".join(f"; {remark}" for remark in tally.remarks)
        raise NoTelemetryError(
            source, f"is a video without telemetry, place or time ({facts}){reasons}", accepted=ACCEPTED
        )
    latitude_deg, longitude_deg, altitude_m = contents.location or (None, None, None)
    place = tally.place(latitude_deg, longitude_deg) or {}
    tally.remarks.append(
        "no telemetry track: place and time are the container's, of the start of the recording"
    )
    sample = FlightSample(
        video_time_s=0.0,
        video_end_s=contents.duration_s,
        utc=None if contents.created is None else utc_text(contents.created),
        altitude_unreferenced_m=altitude_m,
        image_width_px=contents.width_px,
        image_height_px=contents.height_px,
        **place,
    )
    origin = Origin(
        source=source,
        dialect="container",
        accepted=ACCEPTED,
        model=contents.model,
        utc_source="creation time of the container, which some cameras write in local time",
        utc_uncertainty_s=1.0,
    )
    return flight_log(origin, [sample], tally)


FORMAT = TelemetryFormat(
    name="video (MP4, MOV, MKV, TS, AVI)",
    evidence=Evidence.signature,
    recognises=lambda head: demuxer_of(head) is not None,
    read=_read,
    read_file=_read_file,
)
