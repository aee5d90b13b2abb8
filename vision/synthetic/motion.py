"""How a camera moves while a clip runs: slow drift, hover jitter, slow zoom.

Sums of sines, so that every moment is known by itself and the camera stays near its place.
Left out: turning, flying past, and rolling shutter.
"""

from dataclasses import dataclass, replace

import numpy as np

from vision.synthetic.camera import Camera

# Hover jitter: frequencies that share no short period, and their shares of its amplitude.
_JITTER_HZ = (0.53, 1.37, 2.91)
_JITTER_SHARES = (0.5, 0.3, 0.2)


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraMotion:
    """Movement about a camera's pose.

    Attributes:
        drift_u_m: Amplitude of slow drift along the hull.
        drift_z_m: The same, up and down.
        drift_period_s: Its period.
        jitter_m: Amplitude of hover jitter, along the hull and up and down.
        zoom: Amplitude of zoom, a share of the focal length.
        zoom_period_s: Its period.
        phase_rad: Where all of it begins.
    """

    drift_u_m: float
    drift_z_m: float
    drift_period_s: float
    jitter_m: float
    zoom: float
    zoom_period_s: float
    phase_rad: float

    @property
    def still(self) -> bool:
        """Whether nothing moves."""
        return not (self.drift_u_m or self.drift_z_m or self.jitter_m or self.zoom)

    @property
    def reach_m(self) -> float:
        """Farthest that the camera gets from its place."""
        return max(abs(self.drift_u_m), abs(self.drift_z_m)) + abs(self.jitter_m)

    def moved(self, camera: Camera, time_s: float) -> Camera:
        """The camera at a time.

        Args:
            camera: Its mean pose.
            time_s: Seconds from the clip's start.

        Returns:
            A camera; `camera` itself where nothing moves.
        """
        if self.still:
            return camera
        slow = 2 * np.pi * time_s / self.drift_period_s + self.phase_rad
        jitter_u, jitter_z = (self.jitter_m * self._jitter(time_s, turn) for turn in (0.0, 2.0))
        zoom = self.zoom * np.sin(2 * np.pi * time_s / self.zoom_period_s + 2 * self.phase_rad)
        return replace(
            camera,
            look_at_u_m=camera.look_at_u_m + self.drift_u_m * float(np.sin(slow)) + jitter_u,
            look_at_z_m=camera.look_at_z_m + self.drift_z_m * float(np.sin(0.7 * slow + 1)) + jitter_z,
            focal_px=camera.focal_px * (1 + float(zoom)),
        )

    def _jitter(self, time_s: float, turn: float) -> float:
        return float(
            sum(
                share * np.sin(2 * np.pi * hertz * time_s + self.phase_rad * (index + 1) + turn * (index + 1))
                for index, (hertz, share) in enumerate(zip(_JITTER_HZ, _JITTER_SHARES, strict=True))
            )
        )


STILL = CameraMotion(
    drift_u_m=0.0,
    drift_z_m=0.0,
    drift_period_s=30.0,
    jitter_m=0.0,
    zoom=0.0,
    zoom_period_s=30.0,
    phase_rad=0.0,
)


def random_motion(rng: np.random.Generator, *, strength: float) -> CameraMotion:
    """Draw a movement.

    Args:
        rng: Source of randomness.
        strength: 0 for a camera on a stand, 1 for a drone in gusts.

    Returns:
        The movement.
    """
    if strength == 0:
        return STILL
    return CameraMotion(
        drift_u_m=strength * float(rng.uniform(0, 0.35)),
        drift_z_m=strength * float(rng.uniform(0, 0.2)),
        drift_period_s=float(rng.uniform(15, 60)),
        jitter_m=strength * float(rng.uniform(0, 0.025)),
        zoom=strength * float(rng.uniform(0, 0.12)) if rng.random() < 0.3 else 0.0,
        zoom_period_s=float(rng.uniform(20, 80)),
        phase_rad=float(rng.uniform(0, 2 * np.pi)),
    )
