"""Clocks: interpolation by hand, a real log against its video, zones of real pairs."""

from datetime import UTC, datetime

import pytest
from shared_data import SHARED, needs_shared

from drone.clocks.alignment import Timeline
from drone.clocks.correlation import log_offset
from drone.clocks.utc import start_of_recording, zone_offset_s
from drone.telemetry import FlightSample, read_flight_log

REAL = SHARED / "data/telemetry"


def sample(time_s: float, **values: float | None) -> FlightSample:
    return FlightSample(video_time_s=time_s, **values)  # type: ignore[arg-type]  # fields by name


def test_repeats_are_collapsed_and_places_interpolated() -> None:
    """Positions at 1 Hz in subtitles at 2 Hz: half-way between two changes lies half of the way."""
    track = Timeline(
        [
            sample(0.0, latitude_deg=31.0, longitude_deg=121.0),
            sample(0.5, latitude_deg=31.0, longitude_deg=121.0),
            sample(1.0, latitude_deg=31.1, longitude_deg=121.2),
            sample(1.5, latitude_deg=31.1, longitude_deg=121.2),
            sample(2.0, latitude_deg=31.2, longitude_deg=121.4),
        ]
    )
    moment = track.at(0.5)
    assert (moment.latitude_deg, moment.longitude_deg) == pytest.approx((31.05, 121.1))
    assert track.at(1.5).latitude_deg == pytest.approx(31.15)


def test_angles_go_the_short_way_round() -> None:
    track = Timeline([sample(0.0, gimbal_yaw_deg=179.0), sample(1.0, gimbal_yaw_deg=-177.0)])
    assert track.at(0.5).gimbal_yaw_deg == pytest.approx(-179.0)


def test_nothing_is_known_in_a_gap_or_far_beyond_the_end() -> None:
    track = Timeline(
        [sample(0.0, latitude_deg=31.0), sample(1.0, latitude_deg=31.1), sample(5.0, latitude_deg=31.5)]
    )
    assert track.at(3.0).latitude_deg is None
    assert track.at(5.9).latitude_deg == 31.5
    assert track.at(6.1).latitude_deg is None
    assert track.at(-1.5).latitude_deg is None
    assert Timeline([]).at(0.0).latitude_deg is None


def test_a_hover_does_not_become_a_slow_drift() -> None:
    samples = [sample(second, latitude_deg=31.0) for second in range(11)] + [sample(11.0, latitude_deg=31.1)]
    assert Timeline(samples).at(8.0).latitude_deg == 31.0


@needs_shared
def test_a_real_video_begins_228_9_s_into_its_log() -> None:
    video = read_flight_log(REAL / "srt/sitrec_folsom_DJI_0031.srt")
    log = read_flight_log(REAL / "flightlog_csv/airdata_folsom_2023-12-22.csv")
    found = log_offset(video.samples, log.samples)
    assert found is not None
    assert found.offset_s == pytest.approx(228.9, abs=0.2)
    assert found.next_best_residual_m is not None
    assert found.next_best_residual_m > 10 * found.residual_m


def test_courses_that_are_too_short_or_have_nothing_in_common_give_none() -> None:
    video = [sample(0.0, distance_m=1.0), sample(10.0, distance_m=2.0)]
    assert (
        log_offset(video, [sample(0.0, height_above_takeoff_m=1.0), sample(60.0, height_above_takeoff_m=2.0)])
        is None
    )
    assert log_offset([sample(0.0, distance_m=1.0), sample(1.0, distance_m=2.0)], video) is None


@needs_shared
def test_the_zone_of_a_real_pair_is_not_that_of_its_place() -> None:
    """The position lies in UTC+7; drone and container together say UTC+3."""
    first = read_flight_log(REAL / "dji_mp4/DJI_20250723102139_0001_D.SRT").samples[0]
    container = read_flight_log(REAL / "dji_mp4/DJI_20250723102139_0001_D.MP4").samples[0]
    assert first.local_time is not None
    assert container.utc is not None
    start = start_of_recording(
        gps=None,
        local=(datetime.fromisoformat(first.local_time), 0.0),
        container_created=datetime.fromisoformat(container.utc),
        operator_zone_offset_s=7 * 3600.0,
    )
    assert start is not None
    assert start.zone_offset_s == 3 * 3600.0
    assert start.utc == datetime(2025, 7, 23, 7, 21, 39, 692_000, tzinfo=UTC)


def test_sources_of_utc_in_their_order() -> None:
    local = (datetime(2026, 3, 1, 10, 0, 5), 5.0)  # noqa: DTZ001 (the drone's own clock)
    created = datetime(2026, 3, 1, 2, 2, 0, tzinfo=UTC)
    gps = (datetime(2026, 3, 1, 2, 0, 7, tzinfo=UTC), 7.5)

    def found(**given: object) -> tuple[str, float] | None:
        sources = {
            "gps": None,
            "local": None,
            "container_created": None,
            "operator_zone_offset_s": None,
        } | given
        start = start_of_recording(**sources)  # type: ignore[arg-type]  # by name
        return None if start is None else (start.utc.isoformat(), start.uncertainty_s)

    assert found(gps=gps, local=local) == ("2026-03-01T01:59:59.500000+00:00", 0.2)
    assert found(local=local, container_created=created) == ("2026-03-01T02:00:00+00:00", 2.0)
    assert found(local=local, operator_zone_offset_s=28_800.0) == ("2026-03-01T02:00:00+00:00", 60.0)
    assert found(local=local) is None
    assert found(container_created=created) is None


def test_zones_of_quarter_hours_and_clocks_that_are_wrong() -> None:
    kathmandu = datetime(2026, 3, 1, 7, 45)  # noqa: DTZ001 (the drone's own clock)
    assert zone_offset_s(kathmandu, datetime(2026, 3, 1, 2, 0, tzinfo=UTC)) == 20_700.0
    assert zone_offset_s(kathmandu, datetime(2026, 3, 1, 2, 7, tzinfo=UTC)) is None
    assert zone_offset_s(kathmandu, datetime(2026, 3, 3, 2, 0, tzinfo=UTC)) is None
