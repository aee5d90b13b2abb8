"""From a file to the document of a reading and its evidence, with networks that know the truth of what was rendered."""

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import cv2
import numpy as np
import pytest
from draft_observations import observation
from rendered_marks import TrueNetworks, plain_scene, sea_of

from api.pipelines import reading as pipeline
from api.pipelines.errors import UnreadableFootageError
from api.pipelines.reading import MOST_FRAMES, SAMPLING_RATE_HZ, read_footage, reading_document
from vision.draft.reader import ReadingTrace
from vision.draft.reading import DraftReading, Refusal, RefusalReason, SeaState
from vision.video.encode import write_video

DRAFT_M = 12.23
KEYS = {
    "file", "status", "reason", "message", "draft_m", "standard_uncertainty_m", "u95_m", "unit_of_marks", "frames",
    "waves", "series", "rules", "rule", "scale", "uncertainty_m", "needed_more_s", "models", "warnings", "evidence",
}  # fmt: skip


@pytest.fixture
def networks(monkeypatch: pytest.MonkeyPatch) -> TrueNetworks:
    known = TrueNetworks(plain_scene(DRAFT_M)).watch(monkeypatch)
    monkeypatch.setattr(pipeline, "draft_networks", lambda: known)
    return known


def still(networks: TrueNetworks, path: Path) -> Path:
    packed = cv2.imencode(".png", networks.renderer.frame(0.0).image_bgr)[1]
    path.write_bytes(packed.tobytes())
    return path


def clip(networks: TrueNetworks, path: Path, *, rate_hz: float = 12.0, seconds: float = 2.0) -> Path:
    times = [index / rate_hz for index in range(round(rate_hz * seconds))]
    frames = ((time_s, networks.renderer.frame(0.0).image_bgr) for time_s in times)
    write_video(path, frames, constant_rate_factor=16)
    return path


def read(path: Path, **changes: Any) -> dict[str, Any]:
    asked: dict[str, Any] = {"expected_range_m": None, "evidence_dir": None, "progress": None} | changes
    document = read_footage(path, **asked)
    json.dumps(document, allow_nan=False)
    return document


def test_a_still_gives_a_draft_with_its_interval(networks: TrueNetworks, tmp_path: Path) -> None:
    document = read(still(networks, tmp_path / "左舷.png"))

    assert set(document) == KEYS
    assert (document["file"], document["status"], document["reason"]) == ("左舷.png", "ok", None)
    assert abs(document["draft_m"] - DRAFT_M) < document["u95_m"] < 0.06
    assert (document["unit_of_marks"], document["rule"]) == ("metre", "mean")
    assert document["frames"] == {"used": 1, "rejected": {}}
    assert document["series"] == [[0.0, document["draft_m"]]]
    assert document["models"] == ["true-numerals", "true-water"]
    assert document["scale"]["numerals"] >= 4
    parts = sum(sigma**2 for sigma in document["uncertainty_m"].values())
    assert document["standard_uncertainty_m"] == pytest.approx(math.sqrt(parts), abs=2e-4)
    assert document["evidence"] == []


def test_the_evidence_of_a_still_is_its_picture_with_and_without_drawing(
    networks: TrueNetworks, tmp_path: Path
) -> None:
    folder = tmp_path / "made" / "here"
    document = read(still(networks, tmp_path / "水尺.png"), evidence_dir=folder)

    assert [item["role"] for item in document["evidence"]] == ["nearest", "clean"]
    assert {item["file"] for item in document["evidence"]} == {path.name for path in folder.iterdir()}
    drawn, clean = (cv2.imread(str(folder / item["file"])) for item in document["evidence"])
    assert clean is not None
    assert drawn is not None
    assert clean.shape == (448, 448, 3)
    assert drawn.shape[0] > 448


def test_a_clip_gives_a_series_with_its_extremes_and_its_plot(networks: TrueNetworks, tmp_path: Path) -> None:
    told: list[float] = []
    folder = tmp_path / "evidence"
    document = read(clip(networks, tmp_path / "clip.mp4"), evidence_dir=folder, progress=told.append)

    assert document["frames"]["used"] == 12, "six a second of two seconds, however many there are"
    times = [time_s for time_s, _ in document["series"]]
    assert times == sorted(times)
    assert max(times) < 2.0
    assert abs(document["draft_m"] - DRAFT_M) < document["u95_m"]
    assert [item["role"] for item in document["evidence"]] == [
        "nearest",
        "clean",
        "lowest",
        "highest",
        "series",
    ]
    assert all((folder / item["file"]).stat().st_size > 500 for item in document["evidence"])
    assert ET.parse(folder / "series.svg").getroot().tag.endswith("svg")  # noqa: S314  # our own
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert told[0] < 0.5


def test_an_expected_range_is_obeyed(networks: TrueNetworks, tmp_path: Path) -> None:
    path = still(networks, tmp_path / "a.png")
    assert read(path, expected_range_m=(10.0, 14.0))["status"] == "ok"
    refused = read(path, expected_range_m=(2.0, 6.0), evidence_dir=tmp_path / "none")
    assert refused["status"] == "refused"
    assert refused["reason"] in {"outside_expected_range", "metre_unknown"}


def test_a_refusal_names_its_reason_and_gives_no_number(tmp_path: Path, networks: TrueNetworks) -> None:
    networks.scene = replace(networks.scene, characters=())
    document = read(still(networks, tmp_path / "bare.png"), evidence_dir=tmp_path / "none")

    assert (document["status"], document["reason"]) == ("refused", "no_marks")
    assert document["message"].startswith("no draft marks were found; show at least three numerals")
    assert (document["draft_m"], document["u95_m"], document["unit_of_marks"]) == (None, None, None)
    assert (document["series"], document["evidence"]) == ([], [])
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + bytes(40)])
def test_a_file_that_is_no_footage_is_an_error_with_its_name(
    networks: TrueNetworks, tmp_path: Path, content: bytes
) -> None:
    assert networks.scene.draft_m == DRAFT_M
    path = tmp_path / "left.png"
    path.write_bytes(content)
    with pytest.raises(UnreadableFootageError, match=r"^left\.png: ") as refused:
        read(path)
    assert "JPEG, PNG" in refused.value.accepted


def reading(**changes: Any) -> DraftReading:
    parts: dict[str, Any] = {
        "refusal": None,
        "draft_m": 12.345678,
        "standard_uncertainty_m": 0.0104,
        "u95_m": 0.02049,
        "components_m": {"scale": 0.00204},
        "frames_used": 9,
        "frames_rejected": {"no_waterline": 2},
        "sea": SeaState(significant_height_m=0.123456, mean_period_s=None),
        "series": ((0.16666, 12.34567),),
        "rules": {"mean": 12.345678, "extremes": None, "two_thirds": 12.1},
        "scale_numerals": 5,
        "scale_residual_m": 0.00123,
        "needed_more_s": 4.00004,
    }
    return DraftReading(**(parts | changes))


def test_numbers_are_rounded_to_a_tenth_of_a_millimetre_and_are_never_nan() -> None:
    document = reading_document("a.mp4", reading(u95_m=math.inf, scale_residual_m=math.nan), ("m",), ("w",))

    assert document["draft_m"] == 12.3457
    assert document["waves"] == {"significant_height_m": 0.1235, "mean_period_s": None}
    assert document["series"] == [[0.167, 12.3457]]
    assert document["rules"] == {"mean": 12.3457, "extremes": None, "two_thirds": 12.1}
    assert (document["u95_m"], document["scale"]["residual_m"]) == (None, None)
    assert (document["warnings"], document["models"], document["needed_more_s"]) == (["w"], ["m"], 4.0)


@pytest.mark.parametrize("reason", list(RefusalReason))
def test_every_refusal_is_explained_in_the_document(reason: RefusalReason) -> None:
    document = reading_document(
        "a.mp4", reading(refusal=Refusal(reason=reason, detail="seen instead"), draft_m=None), (), ()
    )
    assert document["status"] == "refused"
    assert document["reason"] == reason.value
    assert document["message"].endswith("(seen instead)")


class Length:
    """Footage of which only the length is known."""

    def __init__(self, duration_s: float | None) -> None:
        self.duration_s = duration_s
        self.asked: list[float | None] = []

    def frames(self, *, max_rate_hz: float | None) -> list[Any]:
        self.asked.append(max_rate_hz)
        return []


@pytest.mark.parametrize(
    ("duration_s", "rate_hz"),
    [(None, SAMPLING_RATE_HZ), (20.0, 6.0), (140.0, MOST_FRAMES / 140), (3600.0, 1.0)],
)
def test_long_footage_is_sampled_more_thinly(duration_s: float | None, rate_hz: float) -> None:
    footage: Any = Length(duration_s)
    assert list(pipeline._sampled(footage)) == []
    assert footage.asked == [pytest.approx(rate_hz)]


def test_the_frames_shown_are_the_nearest_the_lowest_and_the_highest() -> None:
    seen = tuple(observation(float(index), level) for index, level in enumerate((8.1, 7.9, 8.4, 8.19)))
    trace = ReadingTrace(reading=reading(draft_m=8.2), observations=seen, still_water=None)
    chosen = pipeline._chosen(trace)
    assert {role: one.level_m for role, one in chosen.items()} == {
        "nearest": 8.19,
        "lowest": 7.9,
        "highest": 8.4,
    }
    refused = ReadingTrace(reading=reading(draft_m=None), observations=seen, still_water=None)
    assert pipeline._chosen(refused) == {}


def test_waves_are_in_the_document(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    scene = plain_scene(DRAFT_M, sea=sea_of(0.1, 1.2), significant_height_m=0.1)
    known = TrueNetworks(scene).watch(monkeypatch)
    monkeypatch.setattr(pipeline, "draft_networks", lambda: known)
    times = [index / 6 for index in range(18)]
    write_video(
        tmp_path / "a.mp4", ((t, known.renderer.frame(t).image_bgr) for t in times), constant_rate_factor=12
    )

    def timed(footage: Any) -> Any:
        for frame in footage.frames():
            known.time_s = frame.time_s
            yield frame.time_s, frame.image_bgr

    monkeypatch.setattr(pipeline, "_sampled", timed)
    document = read(tmp_path / "a.mp4")
    assert document["status"] == "ok"
    assert document["waves"]["significant_height_m"] == pytest.approx(0.1, rel=0.5)
    assert abs(document["draft_m"] - DRAFT_M) < document["u95_m"]
    assert len({level for _, level in document["series"]}) > 10
    assert np.isfinite(document["draft_m"])
