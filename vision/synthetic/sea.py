"""The water level along the hull over time: a sum of wavelets of a wind sea with run-up.

Spectrum after [JONSWAP] with the flatter tail of short fetch ([TOBA]) and deep-water dispersion. At the wall the level
rises more than it falls: half the wavenumber times its square, the second order of a standing wave in deep water.
Left out: breaking, wakes and swell from another direction.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

GRAVITY_M_PER_S2 = 9.81
_COMPONENTS = 24
_DIRECT_POINTS = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class Sea:
    """Wavelets at the hull.

    Attributes:
        amplitude_m: Of each wavelet, shape (n,).
        angular_frequency_per_s: Of each wavelet, shape (n,).
        wavenumber_along_hull_per_m: Signed, shape (n,).
        phase_rad: Shape (n,).
        steepening_per_m: Weight of the squared level that makes crests rise; 0 for a sea of sines.
    """

    amplitude_m: Array
    angular_frequency_per_s: Array
    wavenumber_along_hull_per_m: Array
    phase_rad: Array
    steepening_per_m: float = 0.0

    def elevation_m(self, u_m: Array, time_s: float) -> Array:
        """Level above still water.

        Args:
            u_m: Along the hull, any shape.
            time_s: Time.

        Returns:
            Metres, the shape of `u_m`.
        """
        if u_m.size <= _DIRECT_POINTS:
            return self._summed(u_m, time_s)
        # A picture's points share few positions along the hull: sum the wavelets on a line and interpolate.
        line = np.linspace(float(u_m.min()), float(u_m.max()), _DIRECT_POINTS)
        return np.asarray(np.interp(u_m, line, self._summed(line, time_s)))

    def _summed(self, u_m: Array, time_s: float) -> Array:
        angle = (
            np.multiply.outer(u_m, self.wavenumber_along_hull_per_m)
            - self.angular_frequency_per_s * time_s
            + self.phase_rad
        )
        level = np.cos(angle) @ self.amplitude_m
        # Less its mean over time, so that still water stays the mean level.
        return np.asarray(level + self.steepening_per_m * (level**2 - np.sum(self.amplitude_m**2) / 2))


def random_sea(rng: np.random.Generator, *, significant_height_m: float, peak_period_s: float) -> Sea:
    """Draw a sea of a given height and period.

    Args:
        rng: Source of randomness.
        significant_height_m: Four standard deviations of the level at the hull.
        peak_period_s: Period of the spectrum's peak.

    Returns:
        A sea whose time series at any point has that significant height.
    """
    peak = 2 * np.pi / peak_period_s
    frequency = np.sort(peak * rng.uniform(0.6, 4.5, _COMPONENTS))
    energy = _jonswap(frequency, peak) * np.gradient(frequency)
    amplitude = np.sqrt(2 * energy)
    amplitude *= significant_height_m / 4 / np.sqrt(np.sum(amplitude**2) / 2)
    heading = rng.normal(rng.uniform(-np.pi, np.pi), 0.4, _COMPONENTS)
    return Sea(
        amplitude_m=amplitude,
        angular_frequency_per_s=frequency,
        wavenumber_along_hull_per_m=frequency**2 / GRAVITY_M_PER_S2 * np.cos(heading),
        phase_rad=rng.uniform(0, 2 * np.pi, _COMPONENTS),
        steepening_per_m=float(0.5 * peak**2 / GRAVITY_M_PER_S2),
    )


def _jonswap(frequency: Array, peak: float) -> Array:
    width = np.where(frequency <= peak, 0.07, 0.09)
    enhancement = 3.3 ** np.exp(-((frequency / peak - 1) ** 2) / (2 * width**2))
    return np.asarray(frequency**-4.0 * np.exp(-1.25 * (peak / frequency) ** 4) * enhancement)
