"""What a flight's telemetry says, whatever the format it was written in: samples and a report of the reading.

Source: docs/conventions.md for units, frames and missing values.
Left out: interpolation between samples and any time zone; a local time stays the drone's own clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    wrong_checksum = "wrong_checksum"
    """Its check sum is not that of its bytes."""
    bad_structure = "bad_structure"
    """Its length or its parts do not fit its format: damage between two pieces that are whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlightSample:
    """One moment of a flight. Whatever the format does not say is None.

    Attributes:
        video_time_s: From the start of the recording, or of the log where there is no video; None without a clock.
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
        altitude_ellipsoid_m: Above the WGS 84 ellipsoid.
        course_deg: Direction of travel over ground from true north, clockwise.
        field_of_view_horizontal_deg: As the camera says it.
        field_of_view_vertical_deg: As the camera says it.
        image_width_px: Of the picture that the sample belongs to.
        image_height_px: Of the picture that the sample belongs to.
        calibrated_focal_length_px: In pixels of the full picture, from the maker's calibration.
        slant_range_m: From the camera to the target, measured or computed by the drone.
        target_latitude_deg: WGS 84, of the laser's target or of the ground in the middle of the picture.
        target_longitude_deg: WGS 84, of the same.
        target_altitude_amsl_m: Of the same.
        target_height_above_takeoff_m: Of the same.
    """

    video_time_s: float | None
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
    altitude_ellipsoid_m: float | None = None
    course_deg: float | None = None
    field_of_view_horizontal_deg: float | None = None
    field_of_view_vertical_deg: float | None = None
    image_width_px: int | None = None
    image_height_px: int | None = None
    calibrated_focal_length_px: float | None = None
    slant_range_m: float | None = None
    target_latitude_deg: float | None = None
    target_longitude_deg: float | None = None
    target_altitude_amsl_m: float | None = None
    target_height_above_takeoff_m: float | None = None


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
        utc_source: Where `utc` comes from; None where the file has none.
        utc_uncertainty_s: One sigma of `utc` as its source allows.
        facts: What the file says about itself once: container, serial numbers, standards.
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
    utc_source: str | None = None
    utc_uncertainty_s: float | None = None
    facts: Mapping[str, str | int | float] = field(default_factory=dict)


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
