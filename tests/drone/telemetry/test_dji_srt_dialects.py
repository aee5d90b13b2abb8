"""Dialects of which no whole file is at hand: single subtitles as the drones write them, read by hand."""

from typing import Any

import pytest

from drone.telemetry.dji_srt import parse_dji_srt

CUES: dict[str, tuple[str, dict[str, Any]]] = {
    "Phantom 4 RTK, degree signs": (
        (
            "F/6.3, SS 60, ISO 100, EV 0, RTK (120.083799, 30.213635, 28), HOME (120.084146, 30.214243, 103.55m), "
            "D 75.36m, H 76.19m, H.S 0.30m/s, V.S 0.00m/s, F.PRY (-5.3°, 2.1°, 28.3°), G.PRY (-40.0°, 0.0°, 28.2°)"
        ),
        {
            "latitude_deg": 30.213635,
            "longitude_deg": 120.083799,
            "satellites": 28,
            "home_latitude_deg": 30.214243,
            "home_longitude_deg": 120.084146,
            "distance_m": 75.36,
            "height_above_takeoff_m": 76.19,
            "horizontal_speed_m_s": 0.3,
            "vertical_speed_m_s": 0.0,
            "drone_pitch_deg": -5.3,
            "drone_roll_deg": 2.1,
            "drone_yaw_deg": 28.3,
            "gimbal_pitch_deg": -40.0,
            "gimbal_roll_deg": 0.0,
            "gimbal_yaw_deg": 28.2,
            "aperture_f_number": 6.3,
        },
    ),
    "Phantom 4 RTK, both values below 90": (
        (
            "F/5.6, SS 400, ISO 100, EV 0, GPS (-58.851745, -34.237922, 15), HOME (-58.847509, -34.232707, -57.98m), "
            "D 698.70m, H 85.80m, H.S 0.00m/s, V.S 0.00m/s, F.PRY (2.7°, -7.0°, 110.1°), G.PRY (-24.4°, 0.0°, 110.4°)"
        ),
        {"latitude_deg": -34.237922, "longitude_deg": -58.851745, "gimbal_yaw_deg": 110.4, "satellites": 15},
    ),
    "Mini with a height that is not known": (
        "F/2.8, SS 206.14, ISO 150, EV 0, GPS (-82.6669, 27.7716, 10), D n/a, H n/a, H.S n/a, V.S n/a",
        {
            "latitude_deg": 27.7716,
            "longitude_deg": -82.6669,
            "distance_m": None,
            "height_above_takeoff_m": None,
            "vertical_speed_m_s": None,
        },
    ),
    "Mini with the camera's inner life": (
        (
            "No:1, F/2.8, SS 155.55, ISO 100, EV 0, M.M AE_METER_CENTER, A.T (126,109), Luma 106, "
            "Coef(1.000000, 1.000000, 1.000000), FaceDetectRect (0,0,0,0,), Gain (1.000000,4096), "
            "Index (Ev:10085,Nf:0), E.M 0, AERect(n/a), AfSpd 0/0, Af Rect(X:0, Y:0, W:0, H:0), ColorTemp 5241, "
            "Isp Info (PIPE 1,ADJ 0,De 0) GPS (-2.5927, 52.0035, 15), D 0.61m, H 1.00m, H.S 0.00m/s, V.S 0.00m/s"
        ),
        {
            "latitude_deg": 52.0035,
            "longitude_deg": -2.5927,
            "height_above_takeoff_m": 1.0,
            "colour_temperature_k": 5241.0,
            "distance_m": 0.61,
        },
    ),
    "Mavic 2 Enterprise, attitude of the drone": (
        (
            '<font size="36">FrameCnt : 4, DiffTime : 114ms\n2022-09-08 06:26:55,549,370\n[color_md : default] '
            "[latitude: -36.885326] [longtitude: 174.697242] [altitude: 28.736000] "
            "[Drone: Yaw:-146.0, Pitch:-0.6, Roll:1.3] </font>"
        ),
        {
            "latitude_deg": -36.885326,
            "longitude_deg": 174.697242,
            "altitude_amsl_m": 28.736,
            "height_above_takeoff_m": None,
            "drone_yaw_deg": -146.0,
            "drone_pitch_deg": -0.6,
            "drone_roll_deg": 1.3,
            "gimbal_yaw_deg": None,
        },
    ),
    "Air 2 with a zoom counted in ten thousandths": (
        (
            '<font size="36">SrtCnt : 40, DiffTime : 33ms\n2023-01-13 12:52:03,349,060\n'
            "[iso : 100] [shutter : 1/2000.0] "
            "[fnum : 280] [ev : 0] [ct : 5028] [color_md : default] [focal_len : 224] [dzoom_ratio: 10000, delta:0],"
            "[latitude: 0.410171] [longitude: 36.863118] [altitude: 35.400000]\n</font>"
        ),
        {
            "latitude_deg": 0.410171,
            "longitude_deg": 36.863118,
            "height_above_takeoff_m": 35.4,
            "altitude_amsl_m": None,
            "digital_zoom": 1.0,
            "focal_length_35mm_mm": 22.4,
            "frame_count": 40,
        },
    ),
    "FPV, whose altitude has no datum": (
        (
            '<font size="28">FrameCnt : 1, DiffTime : 16ms\n2021-04-10 12:00:00.123\n[iso : 100] [shutter : 1/500.0] '
            "[fnum : 280] [latitude: 40.1] [longitude: -3.7] [altitude: 1.2] </font>"
        ),
        {
            "latitude_deg": 40.1,
            "longitude_deg": -3.7,
            "height_above_takeoff_m": None,
            "altitude_amsl_m": None,
            "altitude_unreferenced_m": 1.2,
        },
    ),
    "Mini 3, hundredths and no markup": (
        (
            "[latitude: 59.302335] [longitude: 18.203059] [rel_alt: 1.300 abs_alt: 132.860] [iso : 2700] "
            "[shutter : 1/30.0] [fnum : 170]"
        ),
        {"latitude_deg": 59.302335, "aperture_f_number": 1.7, "iso": 2700, "altitude_amsl_m": 132.86},
    ),
    "Mini 3 with brackets in brackets": (
        (
            '<font size="28">SrtCnt : 1, DiffTime : 33ms\n2022-10-23 15:53:15.928\n[iso: 120] [shutter: 1/640.0] '
            "[fnum: 170] [ev: 0] ag: 1000 sdg: 1000\nworked[ag: 1000 sdg: 1000 shu: 1/592.694]\n"
            "ak: 262[262 0 0] * r_ll:1000\n[RGBGain: (2253, 1000, 1730)][ct: 5207]\n"
            "[adj_dbg_info:[CCM: 362, 32853, 32793]\n[color_md: default][focal_len: 240][dzoom_ratio: 17871, delta: 0],"
            "[latitude: -35.443070][longitude: 174.351088][rel_alt: 18.200 abs_alt: 52.793]"
            "[cmpr: lens pos = 37(stat 18), point(49, 49)][sensor_temperature: 32] </font>"
        ),
        {
            "latitude_deg": -35.44307,
            "longitude_deg": 174.351088,
            "height_above_takeoff_m": 18.2,
            "colour_temperature_k": 5207.0,
            "digital_zoom": 1.7871,
            "focal_length_35mm_mm": 24.0,
        },
    ),
    "Mavic 4, two values in one bracket": (
        (
            '<font size="28">FrameCnt: 1, DiffTime: 16ms\n2026-08-23 17:22:01.253\n[fnum: 2.8] [ev: -0.3] '
            "[latitude: 59.329400] [longitude: 18.068600] [rel_alt: 59.764 abs_alt: 92.670] [ct: 5574, tint: 8] </font>"
        ),
        {"exposure_value": -0.3, "colour_temperature_k": 5574.0, "longitude_deg": 18.0686},
    ),
    "Matrice 350, thermal, spaces in the markup": (
        (
            '< font size="28" >SrtCnt : 1, DiffTime : 36ms\n2024-02-28 00:13:26.240\n[fnum: 1.0] [focal_len: 52.00] '
            "[dzoom: 1.79] \n[latitude: -44.228930] [longitude: 171.193573] [rel_alt: 40.050 abs_alt: 104.235] \n"
            "[drone_speedx: 0.3 drone_speedy: -0.4 drone_speedz: 0.0] \n[drone_yaw: -19.8 drone_pitch: -3.3 "
            "drone_roll: 0.0] \n[gb_yaw: -35.4 gb_pitch: -30.3 gb_roll: 180.0] \n\n0\n[dzoom_ratio: 17871, delta:0] "
            "< /font >"
        ),
        {
            "horizontal_speed_m_s": 0.5,
            "drone_yaw_deg": -19.8,
            "gimbal_roll_deg": 180.0,
            "digital_zoom": 1.79,
            "focal_length_35mm_mm": 52.0,
        },
    ),
    "latitude first, third value a height": (
        "GPS(39.906217,116.391305,69.800) BAROMETER(91.2) HOME(39.906206,116.391400)",
        {
            "latitude_deg": 39.906217,
            "longitude_deg": 116.391305,
            "home_latitude_deg": 39.906206,
            "height_above_takeoff_m": None,
            "altitude_unreferenced_m": 69.8,
            "satellites": None,
        },
    ),
    "Matrice 300, single digits in the date": (
        "2023.8.7 20:10:01\nGPS(-41.3899,174.0177,0.0M) BAROMETER:97.7M",
        {
            "latitude_deg": -41.3899,
            "longitude_deg": 174.0177,
            "height_above_takeoff_m": 97.7,
            "local_time": "2023-08-07T20:10:01",
        },
    ),
    "Inspire, an equals sign for a colon": (
        (
            "HOME(8.5, 47.3) 2016.1.2 3:04:05\nGPS(8.6, 47.4, 12) BAROMETER:-3.5 D=5.2m\n"
            "ISO:100 Shutter:1/60 EV:+1/3 Fnum:280"
        ),
        {
            "latitude_deg": 47.4,
            "longitude_deg": 8.6,
            "satellites": 12,
            "height_above_takeoff_m": -3.5,
            "distance_m": 5.2,
            "shutter_s": 1 / 60,
            "exposure_value": 1 / 3,
            "aperture_f_number": 2.8,
            "local_time": "2016-01-02T03:04:05",
        },
    ),
    "coordinates in a bracket with a colon": (
        "[iso: 100] [GPS: 121.5, 31.2, 17] [fnum: 2.8]",
        {
            "latitude_deg": 31.2,
            "longitude_deg": 121.5,
            "satellites": 17,
            "iso": 100,
            "aperture_f_number": 2.8,
        },
    ),
    "brackets with decimal commas": (
        (
            "FrameCnt: 1, DiffTime: 33ms\n2025-07-23 10:21:39.692\n[iso: 100] [shutter: 1/2000,0] [fnum: 1,7] "
            "[latitude: 48,123456] [longitude: -11,512345] [rel_alt: 1,300 abs_alt: 132,860] [ct: 5574,tint: 8]"
        ),
        {
            "latitude_deg": 48.123456,
            "longitude_deg": -11.512345,
            "height_above_takeoff_m": 1.3,
            "altitude_amsl_m": 132.86,
            "shutter_s": 1 / 2000,
            "aperture_f_number": 1.7,
            "colour_temperature_k": 5574.0,
            "local_time": "2025-07-23T10:21:39.692",
        },
    ),
    "compact with decimal commas": (
        (
            "F/2,8, SS 206,14, ISO 150, EV -0,7, GPS (-82,6669, 27,0016, 10), D 24,26m, H 6,00m, H.S 0,50m/s, "
            "V.S n/a"
        ),
        {
            "latitude_deg": 27.0016,
            "longitude_deg": -82.6669,
            "satellites": 10,
            "distance_m": 24.26,
            "height_above_takeoff_m": 6.0,
            "horizontal_speed_m_s": 0.5,
            "shutter_s": 1 / 206.14,
            "aperture_f_number": 2.8,
            "exposure_value": -0.7,
        },
    ),
    "compact with decimal commas and semicolons": (
        "F/2,8, SS 206, ISO 150, EV 0, GPS (-82,6669; 27,7716; 10), D 24,26m, H 6,00m",
        {"latitude_deg": 27.7716, "longitude_deg": -82.6669, "satellites": 10},
    ),
    "Mavic Pro with decimal commas": (
        "HOME(149,0251,-20,2532) 2017.08.05 14:11:51\nGPS(149,0250,-20,2533,16) BAROMETER:1,9\nISO:100 Fnum:2,2",
        {
            "latitude_deg": -20.2533,
            "longitude_deg": 149.025,
            "home_latitude_deg": -20.2532,
            "satellites": 16,
            "height_above_takeoff_m": 1.9,
        },
    ),
    "compact, third value a height in metres": (
        "F/2.8, SS 60, ISO 100, EV 0, GPS (36.6146, -6.1120, 10.0M), D 24.26m, H 6.00m",
        {
            "latitude_deg": 36.6146,
            "longitude_deg": -6.112,
            "altitude_unreferenced_m": 10.0,
            "height_above_takeoff_m": 6.0,
            "satellites": None,
        },
    ),
    "compact, third value a height without unit": (
        "F/2.8, SS 60, ISO 100, EV 0, GPS (8.6146, 47.1120, 55.3), D 24.26m, H 6.00m",
        {
            "latitude_deg": 47.112,
            "longitude_deg": 8.6146,
            "altitude_unreferenced_m": 55.3,
            "satellites": None,
        },
    ),
    "Mavic 3 Enterprise and Matrice 4": (
        (
            '<font size="28">FrameCnt: 1, DiffTime: 33ms\n2025-03-04 10:21:39.692\n[iso: 100] [shutter: 1/640.0] '
            "[fnum: 2.8] [ev: 0] [color_md: default] [ae_meter_md: 1] [focal_len: 24.00] [dzoom_ratio: 1.00], "
            "[latitude: 22.541234] [longitude: 113.941234] [rel_alt: 100.000 abs_alt: 120.500] "
            "[gb_yaw: 12.3 gb_pitch: -45.0 gb_roll: 0.0] </font>"
        ),
        {
            "latitude_deg": 22.541234,
            "longitude_deg": 113.941234,
            "height_above_takeoff_m": 100.0,
            "altitude_amsl_m": 120.5,
            "gimbal_yaw_deg": 12.3,
            "gimbal_pitch_deg": -45.0,
        },
    ),
    "heights in brackets of their own": (
        "[iso: 100] [latitude: 48.1] [longitude: 11.5] [rel_alt: 1.300] [abs_alt: 132.860]",
        {"latitude_deg": 48.1, "height_above_takeoff_m": 1.3, "altitude_amsl_m": 132.86},
    ),
    "letters for the hemispheres": (
        (
            "HOME(W: 120.000000, S: 20.000000) 2024-01-02 12:00:01\nGPS(W: 120.000001, S: 20.000001, 001.01m) \n"
            "ISO:100 SHUTTER:30 EV:0.0 F-NUM:2.8 \nF.PRY (-1.0°, 1.0°, 100.1°), G.PRY (0.0°, 0.0°, 100.2°)"
        ),
        {
            "latitude_deg": -20.000001,
            "longitude_deg": -120.000001,
            "home_longitude_deg": -120.0,
            "gimbal_yaw_deg": 100.2,
            "shutter_s": 1 / 30,
            "aperture_f_number": 2.8,
        },
    ),
}


@pytest.mark.parametrize("name", CUES)
def test_a_subtitle_of_every_dialect(name: str) -> None:
    text, expected = CUES[name]
    log = parse_dji_srt(f"1\n00:00:00,000 --> 00:00:01,000\n{text}\n\n", source="hand-made")
    (sample,) = log.samples
    assert {field: getattr(sample, field) for field in expected} == pytest.approx(expected)
    assert log.report.skipped == {}
    assert log.report.damaged_values == {}


def test_a_drone_that_turns_its_dialect_round_is_believed_by_its_numbers() -> None:
    text = "".join(
        f"{number}\n00:00:0{number},000 --> 00:00:0{number + 1},000\n"
        f"F/2.8, SS 160, ISO 100, EV 0, GPS (31.2, 121.{number}, 17), D 1m, H 2m, H.S 0m/s, V.S 0m/s\n\n"
        for number in range(3)
    )
    log = parse_dji_srt(text, source="hand-made")
    assert [sample.latitude_deg for sample in log.samples] == [31.2, 31.2, 31.2]
    assert log.report.axis_order == "latitude, longitude (values beyond 90 degrees are longitudes)"


def test_what_no_field_takes_is_counted_and_shown() -> None:
    text = (
        "1\n00:00:00,000 --> 00:00:01,000\n[iso: 100] [latitude: 1.0] [longitude: 2.0] [rel_alt: 3.0 abs_alt: 4.0] "
        "[novelty: 7]\nhello\n"
    )
    report = parse_dji_srt(text, source="hand-made").report
    assert report.unknown_tokens == {"novelty": 1}
    assert report.unread_lines == ("hello",)
