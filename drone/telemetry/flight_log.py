"""What a flight's telemetry says, whatever the format it was written in: samples and a report of the reading.

Source: docs/conventions.md for units, frames and missing values.
Left out: interpolation between samples and any time zone; a local time stays the drone's own clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class SkipReason(StrEnum):
    """Why a piece of a file did not become a sample."""

    no_time = "no_time"
    """Its time line is damaged, or was lost and its text hung on to the sample before."""
    no_telemetry = "no_telemetry"
    """Nothing in its text is telemetry."""
    incomplete = "incomplete"
    """It was cut: the position, or half of it, is missing where the rest of the file has one."""
    not_a_number = "not_a_number"
    """A coordinate is not a number."""
    position_out_of_range = "position_out_of_range"
    """A latitude beyond 90° or a longitude beyond 180°."""
    position_jump = "position_jump"
    """Far from both its neighbours, which are near each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlightSample:
    """One moment of a flight. Whatever the format does not say is None.

    Attributes:
        video_time_s: From the start of the recording, as the file says it.
        video_end_s: Until when the sample is shown; None where the file ends it at or before its start.
        utc: ISO 8601 with zone; None unless the format says UTC.
        local_time: ISO 8601 without zone, by the drone's clock.
        latitude_deg: WGS 84, positive north; None without a fix. With the longitude or not at all.
        longitude_deg: WGS 84, positive east.
        height_above_takeoff_m: Above the place of take-off, positive up.
        altitude_amsl_m: Above mean sea level as the drone believes; can be a hundred metres off.
        altitude_unreferenced_m: A height whose datum the format does not tell: not to be computed with.
        distance_m: From the home point, horizontal.
        horizontal_speed_m_s: Over ground.
        vertical_speed_m_s: With the sign the drone wrote.
        gimbal_yaw_deg: From true north, clockwise; the aircraft's attitude is not to be added.
        gimbal_pitch_deg: Above the horizon; -90 looks straight down.
        gimbal_roll_deg: About the optical axis.
        drone_yaw_deg: Heading of the aircraft from true north, clockwise.
        drone_pitch_deg: Nose up is positive.
        drone_roll_deg: Right wing down is positive.
        satellites: In use for the fix.
        home_latitude_deg: WGS 84, of the home point.
        home_longitude_deg: WGS 84, of the home point.
        iso: Sensitivity.
        shutter_s: Exposure time.
        aperture_f_number: Such as 2.8.
        exposure_value: Compensation in stops.
        focal_length_mm: Real focal length.
        focal_length_35mm_mm: Equivalent for a 36 mm wide frame.
        digital_zoom: 1 is none.
        colour_temperature_k: White balance.
        frame_count: The recorder's own number of the frame.
    """

    video_time_s: float
    video_end_s: float | None = None
    utc: str | None = None
    local_time: str | None = None
    latitude_deg: float | None = None
    longitude_deg: float | None = None
    height_above_takeoff_m: float | None = None
    altitude_amsl_m: float | None = None
    altitude_unreferenced_m: float | None = None
    distance_m: float | None = None
    horizontal_speed_m_s: float | None = None
    vertical_speed_m_s: float | None = None
    gimbal_yaw_deg: float | None = None
    gimbal_pitch_deg: float | None = None
    gimbal_roll_deg: float | None = None
    drone_yaw_deg: float | None = None
    drone_pitch_deg: float | None = None
    drone_roll_deg: float | None = None
    satellites: int | None = None
    home_latitude_deg: float | None = None
    home_longitude_deg: float | None = None
    iso: int | None = None
    shutter_s: float | None = None
    aperture_f_number: float | None = None
    exposure_value: float | None = None
    focal_length_mm: float | None = None
    focal_length_35mm_mm: float | None = None
    digital_zoom: float | None = None
    colour_temperature_k: float | None = None
    frame_count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseReport:
    """What a reader made of a file.

    Attributes:
        read: Number of samples.
        skipped: Pieces that did not become samples, by reason.
        dialect: The way of writing that most samples have.
        dialects: Samples by dialect; more than one where recordings of several drones were joined.
        model: The drone, where only one model writes the dialect.
        positions: Samples with a position.
        no_fix: Samples whose position says that there was none.
        recordings: How many recordings follow each other in the file; each starts its time again.
        axis_order: How coordinates written without names were read, and on what evidence.
        unknown_tokens: Names that were read and belong to no field, with their number.
        damaged_values: Fields whose value could not be read, with their number.
        unread_lines: The first lines in which nothing was understood, as they stand in the file.
        remarks: What a person should know before relying on the samples.
    """

    read: int
    skipped: Mapping[SkipReason, int]
    dialect: str
    dialects: Mapping[str, int]
    model: str | None
    positions: int
    no_fix: int
    recordings: int
    axis_order: str | None
    unknown_tokens: Mapping[str, int]
    damaged_values: Mapping[str, int]
    unread_lines: tuple[str, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlightLog:
    """The telemetry of one file.

    Attributes:
        source: The file as the caller knows it.
        samples: In the order of the file.
        report: How the reading went.
    """

    source: str
    samples: tuple[FlightSample, ...]
    report: ParseReport
