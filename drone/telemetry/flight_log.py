"""What every telemetry format becomes: samples against video time, and a report of how reading went.

Heights carry their datum in their names; angles are degrees, DJI's gimbal angles world-referenced.
Left out: interpolation between samples, and UTC, which a subtitle's local time does not give.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class SkipReason(Enum):
    """Why a cue gave no sample."""

    NO_TELEMETRY = "no_telemetry"
    UNREADABLE_CUE = "unreadable_cue"
    TIME_RUNS_BACKWARDS = "time_runs_backwards"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlightSample:
    """The drone and its camera at one moment; every field but the time is None where the log does not say.

    Attributes:
        video_time_s: Seconds from the video's start at which the sample begins to hold.
        video_end_s: Seconds at which it ceases to hold.
        utc: Coordinated universal time, ISO 8601; only from sources that give it.
        local_time: The drone's clock without a zone, ISO 8601.
        latitude_deg: WGS 84, north positive; with the longitude or not at all.
        longitude_deg: WGS 84, east positive.
        height_above_takeoff_m: Barometric, from where the drone took off.
        altitude_amsl_m: Above mean sea level as the drone believes it.
        altitude_unreferenced_m: A height whose datum the format does not tell.
        distance_from_home_m: Horizontal.
        horizontal_speed_m_s: Over ground.
        vertical_speed_m_s: Positive upwards as the log gives it.
        gimbal_yaw_deg: Camera, clockwise from true north.
        gimbal_pitch_deg: Camera, 0 at the horizon, -90 straight down.
        gimbal_roll_deg: Camera.
        drone_yaw_deg: Airframe, clockwise from true north.
        drone_pitch_deg: Airframe.
        drone_roll_deg: Airframe.
        satellites: Number in use.
        home_latitude_deg: Where it returns to.
        home_longitude_deg: Where it returns to.
        iso: Film speed.
        shutter_s: Exposure time.
        aperture_f_number: f-number.
        exposure_compensation_ev: As set.
        colour_temperature_k: White balance.
        focal_length_35mm_mm: 35 mm equivalent, without digital zoom.
        digital_zoom: Ratio, 1 for none.
        frame_count: The drone's own count of pictures.
    """

    video_time_s: float
    video_end_s: float
    utc: str | None = None
    local_time: str | None = None
    latitude_deg: float | None = None
    longitude_deg: float | None = None
    height_above_takeoff_m: float | None = None
    altitude_amsl_m: float | None = None
    altitude_unreferenced_m: float | None = None
    distance_from_home_m: float | None = None
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
    iso: float | None = None
    shutter_s: float | None = None
    aperture_f_number: float | None = None
    exposure_compensation_ev: float | None = None
    colour_temperature_k: float | None = None
    focal_length_35mm_mm: float | None = None
    digital_zoom: float | None = None
    frame_count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseReport:
    """How reading went.

    Attributes:
        read: Samples read.
        skipped: Cues that gave none, by reason.
        dialect: Name of the dialect recognised.
        model: Drones that write it, as far as the dialect tells; None where it does not.
        positions: Samples with a position.
        no_fix: Samples whose position was given as none: 0, 0, not a number or out of range.
        unknown_tokens: Keys that were not understood, with how often they came.
        remarks: What else a reader of the data should know.
    """

    read: int
    skipped: Mapping[SkipReason, int]
    dialect: str
    model: str | None
    positions: int
    no_fix: int
    unknown_tokens: Mapping[str, int]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlightLog:
    """Telemetry of one file.

    Attributes:
        source: Name of the file.
        samples: In order of video time.
        report: How reading went.
    """

    source: str
    samples: tuple[FlightSample, ...]
    report: ParseReport
