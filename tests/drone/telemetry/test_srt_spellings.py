"""Subtitles as other programs, other firmware and other countries spell them; values by hand."""

from typing import Any

import pytest

from drone.telemetry.dji_srt import parse_dji_srt

TIME = "1\n00:00:00,000 --> 00:00:00,033\n"
NAMED = "[latitude: 49.379442] [longitude: 15.032166] [rel_alt: 43.225 abs_alt: 758.949]"
COMPACT = "F/2.8, SS 60, ISO 100, EV 0, GPS (8.2090, 47.4692, 18)"
PLACE = {"latitude_deg": 49.379442, "longitude_deg": 15.032166}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (NAMED.replace(": ", "="), PLACE | {"height_above_takeoff_m": 43.225}),
        (NAMED.upper(), PLACE | {"altitude_amsl_m": 758.949}),
        (
            NAMED.replace("15.032166", "15.032166W").replace("49.379442", "49.379442N"),
            {"longitude_deg": -15.032166},
        ),
        (
            NAMED.replace("49.379442", "S49.379442").replace("15.032166", "E15.032166"),
            {"latitude_deg": -49.379442},
        ),
        (NAMED.replace("49.379442", "49°22'45.99\"N"), {"latitude_deg": 49.0 + 22 / 60 + 45.99 / 3600}),
        ("lat: 49.379442, lon: 15.032166, alt: 120.5", PLACE | {"altitude_unreferenced_m": 120.5}),
        (
            f"{NAMED} [gimbal_yaw: 10.0 gimbal_pitch: -30.0]",
            {"gimbal_yaw_deg": 10.0, "gimbal_pitch_deg": -30.0},
        ),
        (
            f"[focal_len: 24.00mm] [fnum: f/2.8] {NAMED}",
            {"focal_length_35mm_mm": 24.0, "aperture_f_number": 2.8},
        ),
        (f"[shutter: 1/240s] [ct: 5500K] {NAMED}", {"shutter_s": 1 / 240, "colour_temperature_k": 5500.0}),
        (f"{COMPACT}, D 100ft, H 150ft", {"distance_m": 30.48, "height_above_takeoff_m": 45.72}),
        (
            f"{COMPACT}, H.S 10.0mph, V.S 1.0ft/s",
            {"horizontal_speed_m_s": 4.4704, "vertical_speed_m_s": 0.3048},
        ),
        (f"{COMPACT}, H.S 36.0km/h", {"horizontal_speed_m_s": 10.0}),
        (f"2024/4/3 4:05:06 PM\n{NAMED}", {"local_time": "2024-04-03T16:05:06", "utc": None}),
        (f"2024-04-03T04:05:06.123Z\n{NAMED}", {"local_time": None, "utc": "2024-04-03T04:05:06.123Z"}),
    ],
)
def test_a_spelling(text: str, expected: dict[str, Any]) -> None:
    sample = parse_dji_srt(f"{TIME}{text}\n\n", source="x").samples[0]
    assert {name: getattr(sample, name) for name in expected} == pytest.approx(expected)


def test_a_unit_that_is_none_is_damage_and_not_metres() -> None:
    log = parse_dji_srt(f"{TIME}{COMPACT}, H 150xyz\n\n", source="x")
    assert (log.samples[0].height_above_takeoff_m, log.report.damaged_values) == (None, {"h": 1})
