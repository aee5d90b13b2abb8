"""The elements of the older universal set, keyed by sixteen bytes each.

Source: MISB EG 0104.5; units and signs as a real stream shows them: with the sensor at 38.252336 N, 77.366859 W,
1054 m high and the middle of the picture 1372 m away on the ground at azimuth 123°, "angle to north" is 124.6°
and the "obliquity" −37.6°: both against the world.
Left out: elements without a row, which are reported by their key.
"""

from collections.abc import Mapping

from drone.telemetry.misb.fields import Field, moment, real, text

UNIVERSAL = bytes.fromhex("060e2b3401010101")
# Byte 8 is the version of the register and changes between streams: it is left out of the comparison.
KEY_WITHOUT_VERSION = 8


def _row(key: str, field: Field) -> tuple[bytes, Field]:
    return bytes.fromhex(key), field


FIELDS: Mapping[bytes, Field] = dict(
    (
        _row("0702010101050000", Field(name="utc", decode=moment)),
        _row("0701020102040200", Field(name="sensor_latitude_deg", decode=real)),
        _row("0701020102060200", Field(name="sensor_longitude_deg", decode=real)),
        _row("0701020102020000", Field(name="sensor_altitude_amsl_m", decode=real)),
        _row("0701100104000000", Field(name="platform_roll_deg", decode=real)),
        _row("0701100105000000", Field(name="platform_pitch_deg", decode=real)),
        _row("0701100106000000", Field(name="platform_heading_deg", decode=real)),
        _row("0420020101080000", Field(name="field_of_view_horizontal_deg", decode=real)),
        _row("04200201010a0100", Field(name="field_of_view_vertical_deg", decode=real)),
        _row("0701080101000000", Field(name="slant_range_m", decode=real)),
        _row("0701100102000000", Field(name="sensor_azimuth_deg", decode=real)),
        _row("0701100103000000", Field(name="sensor_elevation_deg", decode=real)),
        _row("0701020103020000", Field(name="frame_centre_latitude_deg", decode=real)),
        _row("0701020103040000", Field(name="frame_centre_longitude_deg", decode=real)),
        _row("0701020103160000", Field(name="frame_centre_altitude_amsl_m", decode=real)),
        _row("0701020103070100", Field(name="corner_latitude_1_deg", decode=real)),
        _row("0701020103080100", Field(name="corner_latitude_2_deg", decode=real)),
        _row("0701020103090100", Field(name="corner_latitude_3_deg", decode=real)),
        _row("07010201030a0100", Field(name="corner_latitude_4_deg", decode=real)),
        _row("07010201030b0100", Field(name="corner_longitude_1_deg", decode=real)),
        _row("07010201030c0100", Field(name="corner_longitude_2_deg", decode=real)),
        _row("07010201030d0100", Field(name="corner_longitude_3_deg", decode=real)),
        _row("07010201030e0100", Field(name="corner_longitude_4_deg", decode=real)),
        _row("0101200100000000", Field(name="platform_designation", decode=text)),
        _row("2001000000000000", Field(name="platform_designation", decode=text)),
        _row("0420010201010000", Field(name="image_source_sensor", decode=text)),
        _row("0701010100000000", Field(name="image_coordinate_system", decode=text)),
        _row("0105050000000000", Field(name="mission_id", decode=text)),
    )
)


def field_of(key: bytes) -> Field | None:
    """Find the row of an element.

    Args:
        key: Sixteen bytes.

    Returns:
        The row; None where there is none.
    """
    return FIELDS.get(key[KEY_WITHOUT_VERSION:]) if key[:7] == UNIVERSAL[:7] else None
