"""The draft scale: where a draft value lies along a mark column, and back.

A projective map along the column's axis (a straight line of equal steps seen in perspective) with a covariance.
Left out: deciding which character has which value (lattice.py).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Perspective changes the scale along a column by a few per cent a metre; 0.08 /m admits the steepest views in use.
_PERSPECTIVE_PRIOR_PER_M = 0.08
_LEAST_FOR_PERSPECTIVE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftScale:
    """Position along the axis s (pixels) as a function of draft v (metres): s = (a w + b) / (c w + 1), w = v - v0.

    Attributes:
        origin_m: v0, near the middle of the marks used.
        parameters: (a, b, c).
        covariance: 3x3 of the parameters.
        residual_m: Root mean square distance of the marks used from the fit.
        numerals: How many marks were used.
        lowest_m: Lowest value used.
        highest_m: Highest value used.
    """

    origin_m: float
    parameters: Array
    covariance: Array
    residual_m: float
    numerals: int
    lowest_m: float
    highest_m: float

    def position_px(self, draft_m: float | Array) -> Array:
        """Place along the axis of a draft value."""
        a, b, c = self.parameters
        w = np.asarray(draft_m, dtype=np.float64) - self.origin_m
        return np.asarray((a * w + b) / (c * w + 1))

    def draft_m(self, position_px: float | Array) -> Array:
        """Draft value of a place along the axis."""
        a, b, c = self.parameters
        s = np.asarray(position_px, dtype=np.float64)
        return np.asarray(self.origin_m + (s - b) / (a - c * s))

    def px_per_m(self, draft_m: float) -> float:
        """Local resolution along the axis, positive."""
        a, b, c = self.parameters
        return float(abs((a - b * c) / (c * (draft_m - self.origin_m) + 1) ** 2))

    def standard_uncertainty_m(self, draft_m: float) -> float:
        """Uncertainty that the fit alone gives a draft read at that value; grows beyond the marks used."""
        a, b, c = self.parameters
        w = draft_m - self.origin_m
        below = c * w + 1
        jacobian = np.array([w / below, 1 / below, -(a * w + b) * w / below**2])
        variance_px = float(jacobian @ self.covariance @ jacobian)
        return float(np.sqrt(max(variance_px, 0.0)) / self.px_per_m(draft_m))


def fit_scale(values_m: Array, positions_px: Array, sigmas_px: Array) -> DraftScale:
    """Fit the scale to marks by weighted Gauss-Newton with a prior on the perspective.

    Args:
        values_m: (n,) drafts of the marks, n at least two and not all alike.
        positions_px: (n,) places along the axis.
        sigmas_px: (n,) standard uncertainties of the places.

    Returns:
        The scale. Its covariance is widened where the marks scatter more than their uncertainties say.

    >>> values = np.array([7.8, 8.0, 8.2, 8.4])
    >>> scale = fit_scale(values, 1000 - 100 * values, np.full(4, 0.5))
    >>> round(float(scale.draft_m(195.0)), 3)
    8.05
    """
    origin = float(np.mean(values_m))
    w = values_m - origin
    slope, level = np.polyfit(w, positions_px, 1, w=1 / sigmas_px)
    parameters = np.array([slope, level, 0.0])
    # The prior is on c relative to the slope's own scale, hence independent of the picture's resolution.
    loose = len(values_m) >= _LEAST_FOR_PERSPECTIVE
    prior = _PERSPECTIVE_PRIOR_PER_M if loose else _PERSPECTIVE_PRIOR_PER_M / 8
    for _ in range(12):
        step, information = _gauss_newton(parameters, w, positions_px, sigmas_px, prior)
        parameters = parameters + step
        if float(np.abs(step[:2]).max()) < 1e-9:
            break
    fitted = (parameters[0] * w + parameters[1]) / (parameters[2] * w + 1)
    residuals = positions_px - fitted
    freedom = max(1, len(values_m) - 2)
    spread = float(np.sum((residuals / sigmas_px) ** 2) / freedom)
    return DraftScale(
        origin_m=origin,
        parameters=parameters,
        covariance=np.asarray(np.linalg.inv(information) * max(1.0, spread), dtype=np.float64),
        residual_m=float(np.sqrt(np.mean(residuals**2)) / abs(parameters[0])),
        numerals=len(values_m),
        lowest_m=float(values_m.min()),
        highest_m=float(values_m.max()),
    )


def _gauss_newton(
    parameters: Array, w: Array, positions_px: Array, sigmas_px: Array, prior: float
) -> tuple[Array, Array]:
    a, b, c = parameters
    below = c * w + 1
    residual = (positions_px - (a * w + b) / below) / sigmas_px
    jacobian = np.stack([w / below, 1 / below, -(a * w + b) * w / below**2], axis=1) / sigmas_px[:, None]
    # s also shifts with b when c moves; measure the prior about the middle of the marks, where b is.
    information = jacobian.T @ jacobian + np.diag([0.0, 0.0, 1 / prior**2])
    gradient = jacobian.T @ residual - np.array([0.0, 0.0, c / prior**2])
    return np.linalg.solve(information, gradient), information
