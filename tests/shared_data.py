"""Where the real samples live, for tests only.

Real files of other people's ships and drones are not part of this repository; a checkout may have them beside it.
Left out: the samples themselves, and any fallback for them: a test that needs one is skipped where it is absent.
"""

from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = REPOSITORY.parent / "shared"

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the real samples are not beside this checkout")
