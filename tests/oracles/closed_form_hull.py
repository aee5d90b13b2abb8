"""A hull in closed form: the demo ship's hydrostatics, and what it displaces in any trimmed, listed, bent condition.

Half breadth b(xi, z) = B/2 (1 - |xi|^p(z)) min(1, z/r)^q, xi from -1 at AP to 1 at FP; integrals by Gauss-Legendre.
Left out: everything above the deck, and appendages. Run as a program, it rewrites the demo's table.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

LENGTH_M = 190.0
BREADTH_M = 32.26
SEA_WATER_T_PER_M3 = 1.025
_BILGE_M, _BILGE_POWER = 2.4, 0.12
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(160)
_DEPTH_NODES, _DEPTH_WEIGHTS = np.polynomial.legendre.leggauss(64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Floating:
    """How the ship floats; drafts at the perpendiculars and midships, on the centre line.

    Attributes:
        forward_m: Draft at FP.
        midship_m: Draft midships, deflection included.
        aft_m: Draft at AP.
        list_deg: Positive to starboard.
    """

    forward_m: float
    midship_m: float
    aft_m: float
    list_deg: float

    def draft_m(self, xi: Array) -> Array:
        """Draft along the ship, the deflection a parabola."""
        mean = (self.forward_m + self.aft_m) / 2
        slope = (self.forward_m - self.aft_m) / 2
        return mean + slope * xi + (self.midship_m - mean) * (1 - xi**2)

    def mark_draft_m(self, x_from_midships_m: float, *, starboard: bool) -> float:
        """Draft read at a mark on the ship's side, half a breadth from the centre line."""
        heel = BREADTH_M / 2 * np.tan(np.radians(self.list_deg))
        level = float(self.draft_m(np.array([x_from_midships_m / (LENGTH_M / 2)]))[0])
        return float(level + (heel if starboard else -heel))


def half_breadth_m(xi: Array, z_m: Array) -> Array:
    """Half breadth of the hull at points along and above the keel."""
    power = np.where(xi >= 0, 5.0, 4.2) + 0.28 * z_m
    bilge = np.minimum(1.0, np.maximum(z_m, 0.0) / _BILGE_M) ** _BILGE_POWER
    return BREADTH_M / 2 * (1 - np.abs(xi) ** power) * bilge


def _half_area_m2(xi: Array, draft_m: Array) -> Array:
    """Immersed area of one side's sections, each to its own draft."""
    z = draft_m[:, None] * (_DEPTH_NODES + 1) / 2
    return (half_breadth_m(xi[:, None], z) @ _DEPTH_WEIGHTS) * draft_m / 2


def displacement_t(floating: Floating, *, density_t_per_m3: float) -> float:
    """What the hull displaces as it floats; each side to the mean draft of its own half breadth."""
    draft = floating.draft_m(_NODES)
    lean = np.tan(np.radians(floating.list_deg)) * half_breadth_m(_NODES, draft) / 2
    volume = 0.0
    for side in (1.0, -1.0):
        volume += float(_WEIGHTS @ _half_area_m2(_NODES, draft + side * lean)) * LENGTH_M / 2
    return density_t_per_m3 * volume


@dataclass(frozen=True, slots=True, kw_only=True)
class Hydrostatics:
    """One row of the table, in sea water."""

    draft_m: float
    displacement_t: float
    tpc_t_per_cm: float
    mctc_tm_per_cm: float
    lcf_aft_of_midships_m: float


def hydrostatics(draft_m: float) -> Hydrostatics:
    """Even-keel hydrostatics from the same hull."""
    even = Floating(forward_m=draft_m, midship_m=draft_m, aft_m=draft_m, list_deg=0.0)
    breadth = 2 * half_breadth_m(_NODES, np.full_like(_NODES, draft_m))
    area = float(_WEIGHTS @ breadth) * LENGTH_M / 2
    forward = float(_WEIGHTS @ (breadth * _NODES)) * (LENGTH_M / 2) ** 2 / area
    second = float(_WEIGHTS @ (breadth * (_NODES * LENGTH_M / 2 - forward) ** 2)) * LENGTH_M / 2
    return Hydrostatics(
        draft_m=draft_m,
        displacement_t=displacement_t(even, density_t_per_m3=SEA_WATER_T_PER_M3),
        tpc_t_per_cm=SEA_WATER_T_PER_M3 * area / 100,
        mctc_tm_per_cm=SEA_WATER_T_PER_M3 * second / (100 * LENGTH_M),
        lcf_aft_of_midships_m=-forward,
    )


def table_csv() -> str:
    """The demo ship's hydrostatic table as it is uploaded."""
    lines = [
        "# FENG SHOU 丰收, closed-form hull, LBP 190 m, B 32.26 m, sea water 1.025; LCF from midships, positive aft",
        "draft_m,displacement_t,tpc_t_per_cm,mctc_tm_per_cm,lcf_aft_of_midships_m",
    ]
    for centimetres in range(300, 1401, 10):
        row = hydrostatics(centimetres / 100)
        lines.append(
            f"{row.draft_m:.2f},{row.displacement_t:.1f},{row.tpc_t_per_cm:.3f},"
            f"{row.mctc_tm_per_cm:.2f},{row.lcf_aft_of_midships_m:.3f}"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    target = Path(__file__).resolve().parents[2] / "datasets" / "demo-port" / "hydrostatics.csv"
    target.write_text(table_csv(), encoding="utf-8")
