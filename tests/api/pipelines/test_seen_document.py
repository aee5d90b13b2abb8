"""What evidence is drawn from, written as JSON and read back: equal to the last bit."""

import json
import math
from dataclasses import asdict, replace

import numpy as np

from api.pipelines.seen_document import document_of, from_document
from vision.draft.looks import Looks
from vision.draft.mark_system import IMPERIAL
from vision.draft.observation import Observation
from vision.draft.reader import ReadingTrace
from vision.draft.reading import DraftReading, Refusal, RefusalReason, SeaState
from vision.draft.waves import StillWater

READING = DraftReading(
    refusal=None,
    draft_m=8.0 + 1.0 / 3.0,
    standard_uncertainty_m=0.011,
    u95_m=0.022,
    components_m={"scale": 0.004, "waves": 0.01},
    frames_used=1,
    frames_rejected={"blurred": 2},
    sea=SeaState(significant_height_m=None, mean_period_s=3.5),
    series=((0.0, 8.3), (0.1 + 0.2, 8.4)),
    rules={"mean": 8.35, "extremes": None},
    scale_numerals=5,
    scale_residual_m=0.002,
    needed_more_s=None,
    unit_of_marks="foot",
)
OBSERVATION = Observation(
    time_s=0.1 + 0.2,
    level_m=8.4,
    scale_sigma_m=0.004,
    waterline_sigma_m=0.006,
    ripple_m=0.01,
    extrapolated_m=0.1,
    numerals=5,
    residual_m=0.002,
    ticks=((8.2, (100.0, 200.5)), (8.4, (101.0, 150.25))),
    waterline_px=np.array([[1.5, 2.5], [3.5, math.nan]]),
    crossing_px=(100.0, 180.0),
    system=IMPERIAL,
)
STILL_WATER = StillWater(
    level_m=8.35,
    standard_error_m=0.01,
    degrees_of_freedom=math.inf,
    significant_height_m=None,
    mean_period_s=None,
    rules={"mean": 8.35},
    kept=(True, False),
    needed_more_s=None,
)


def test_a_trace_comes_back_equal() -> None:
    refused = Refusal(reason=RefusalReason.NO_WATERLINE, detail="水线不清")
    other = ReadingTrace(
        reading=replace(READING, refusal=refused, draft_m=None),
        observations=(),
        still_water=None,
    )
    trace = ReadingTrace(
        reading=READING,
        observations=(OBSERVATION,),
        still_water=STILL_WATER,
        rejected=((0.5, "blurred"),),
        column="left",
        others=(other,),
    )
    looks = Looks()
    looks.times_s, looks.sharpest_s = [0.0, 0.1 + 0.2], 0.1 + 0.2

    again, looked = from_document(json.loads(json.dumps(document_of(trace, looks), allow_nan=False)))

    assert (looked.times_s, looked.sharpest_s) == (looks.times_s, looks.sharpest_s)
    assert (again.reading, again.still_water, again.others) == (READING, STILL_WATER, (other,))
    assert (again.rejected, again.column) == (trace.rejected, "left")
    seen = again.observations[0]
    np.testing.assert_array_equal(seen.waterline_px, OBSERVATION.waterline_px)
    left, right = asdict(seen), asdict(OBSERVATION)
    del left["waterline_px"], right["waterline_px"]
    assert left == right
