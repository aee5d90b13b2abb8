"""Weather: dark at night but for the lamps, veiled against the light, streaked in rain, steady over a clip."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vision.synthetic.weather import FAIR, Weather, Weathered, add_weather, random_weather

Picture = NDArray[np.float32]
GREY = np.full((120, 160, 3), 0.5, dtype=np.float32)
LIT = (80.0, 40.0)


def weathered(weather: Weather, *, frame: int = 1, picture: Picture = GREY) -> Weathered:
    return add_weather(weather, np.random.default_rng(frame), picture, lit_px=LIT)


def test_fair_weather_changes_nothing() -> None:
    seen = weathered(FAIR)
    assert np.array_equal(seen.picture, GREY)
    assert (seen.contrast == 1).all()
    assert (seen.hidden == 0).all()


@pytest.mark.parametrize("seed", range(6))
def test_night_is_dark_but_for_the_lamps(seed: int) -> None:
    seen = weathered(replace(FAIR, night=1.0, seed=seed))
    assert float(np.quantile(seen.picture.mean(axis=2), 0.05)) < 0.25
    # What is left of contrast is the light that falls there.
    bright = seen.contrast > float(np.quantile(seen.contrast, 0.95))
    dark = seen.contrast < float(np.quantile(seen.contrast, 0.05))
    assert float(seen.picture[bright].mean()) > 1.5 * float(seen.picture[dark].mean())
    tones = seen.picture[bright].mean(axis=0)
    assert float(np.ptp(tones)) > 0.05, "lamps have a cast"


@pytest.mark.parametrize("seed", range(6))
def test_backlight_lifts_dark_and_takes_contrast(seed: int) -> None:
    stripes = np.where(np.arange(160)[None, :, None] % 8 < 4, 0.1, 0.6).astype(np.float32) * np.ones_like(
        GREY
    )
    seen = weathered(replace(FAIR, backlight=0.8, seed=seed), picture=stripes)
    assert float(seen.picture.min()) > 0.1
    apart = seen.picture[60, 2::8].mean(axis=0) - seen.picture[60, 6::8].mean(axis=0)
    assert 0 < float(np.abs(apart).mean()) < 0.9 * 0.5
    # A pixel's own contrast is what is claimed to be left of it.
    columns = np.arange(8, 152, 4)
    steps = np.abs(seen.picture[:, columns] - seen.picture[:, columns - 1]).mean(axis=2)
    assert float(np.median(steps - 0.5 * seen.contrast[:, columns])) == pytest.approx(0, abs=0.01)


def test_rain_falls_and_drops_stay() -> None:
    rain = replace(FAIR, rain=1.0, seed=3)
    one, again, later = weathered(rain), weathered(rain), weathered(rain, frame=2)
    assert np.array_equal(one.picture, again.picture)
    assert float(np.abs(one.picture - later.picture).mean()) > 0.0005, "other streaks"
    assert np.array_equal(one.hidden, later.hidden), "the same drops"
    assert 0 < float(one.hidden.max()) <= 1.0
    ramp = np.linspace(0, 1, 160, dtype=np.float32)[None, :, None] * np.ones_like(GREY)
    ramp = np.where(np.arange(160)[None, :, None] % 4 < 2, 0.0, ramp).astype(np.float32)
    drops = weathered(rain, picture=ramp)
    covered = drops.hidden > 0.95
    steps = np.abs(np.diff(drops.picture.mean(axis=2), axis=1, prepend=0))
    assert float(steps[covered].mean()) < 0.5 * float(steps[drops.hidden == 0].mean()), (
        "blurred behind a drop"
    )


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_any_weather_is_a_picture(seed: int) -> None:
    weather = random_weather(np.random.default_rng(seed), night=0.5, rain=0.6, backlight=0.6)
    seen = weathered(weather)
    assert np.isfinite(seen.picture).all()
    assert seen.picture.dtype == np.float32
    assert 0 <= float(seen.contrast.min()) <= float(seen.contrast.max()) < 4
    assert (weather.night == 0) or (weather.backlight == 0), "the sun is down"


def test_weather_has_its_shares() -> None:
    drawn = [
        random_weather(np.random.default_rng(seed), night=0.2, rain=0.1, backlight=0.0) for seed in range(500)
    ]
    assert float(np.mean([one.night > 0 for one in drawn])) == pytest.approx(0.2, abs=0.06)
    assert float(np.mean([one.rain > 0 for one in drawn])) == pytest.approx(0.1, abs=0.05)
    assert not any(one.backlight for one in drawn)
