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
from rendered_marks import TrueNetworks, plain_scene, sea_of

from api.pipelines import reading as pipeline
from api.pipelines.errors import UnreadableFootageError
from api.pipelines.reading import MOST_FRAMES, SAMPLING_RATE_HZ, read_footage, reading_document
from vision.draft.reading import DraftReading, Refusal, RefusalReason, SeaState
from vision.video.encode import write_video
from vision.video.frames import open_footage

DRAFT_M = 12.23
KEYS = {
    "column",
    "other_columns",
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


READ_CLIP = [
    "nearest",
    "clean",
    "lowest",
    "lowest_clean",
    "highest",
    "highest_clean",
    "series",
    "series_picture",
]


def test_a_clip_gives_a_series_with_its_extremes_and_its_plot(networks: TrueNetworks, tmp_path: Path) -> None:
    told: list[float] = []
    folder = tmp_path / "evidence"
    document = read(clip(networks, tmp_path / "clip.mp4"), evidence_dir=folder, progress=told.append)

    assert document["frames"]["used"] == 12, "six a second of two seconds, however many there are"
    times = [time_s for time_s, _ in document["series"]]
    assert times == sorted(times)
    assert max(times) < 2.0
    assert abs(document["draft_m"] - DRAFT_M) < document["u95_m"]
    assert [item["role"] for item in document["evidence"]] == READ_CLIP
    assert {item["file"] for item in document["evidence"]} == {path.name for path in folder.iterdir()}
    assert all((folder / item["file"]).stat().st_size > 500 for item in document["evidence"])
    for role in ("lowest", "highest"):
        shown, clean = (item for item in document["evidence"] if item["role"].startswith(role))
        assert shown["time_s"] == clean["time_s"]
        picture = cv2.imread(str(folder / clean["file"]))
        assert picture is not None
        assert picture.shape == (448, 448, 3)
    plot = cv2.imread(str(folder / "series.png"))
    assert plot is not None
    assert plot.shape == (760, 1800, 3)
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
    document = read(still(networks, tmp_path / "bare.png"))

    assert (document["status"], document["reason"]) == ("refused", "no_marks")
    assert document["message"].startswith("no draft marks were found; show at least three numerals")
    assert (document["draft_m"], document["u95_m"], document["unit_of_marks"]) == (None, None, None)
    assert (document["series"], document["evidence"]) == ([], [])


def test_a_refusal_leaves_a_frame_with_the_reason_and_the_frame(
    tmp_path: Path, networks: TrueNetworks
) -> None:
    networks.scene = replace(networks.scene, characters=())
    folder = tmp_path / "why"
    document = read(still(networks, tmp_path / "bare.png"), evidence_dir=folder)

    assert document["status"] == "refused"
    assert [item["role"] for item in document["evidence"]] == ["refused", "clean"]
    assert {item["file"] for item in document["evidence"]} == {path.name for path in folder.iterdir()}
    drawn, clean = (cv2.imread(str(folder / item["file"])) for item in document["evidence"])
    assert clean is not None
    assert drawn is not None
    assert clean.shape == (448, 448, 3)
    assert drawn.shape[0] > 2 * 448, "enlarged, with the reason under it"


def test_a_refused_clip_is_shown_by_its_sharpest_frame(tmp_path: Path, networks: TrueNetworks) -> None:
    sharp = networks.renderer.frame(0.0).image_bgr
    soft = np.asarray(cv2.GaussianBlur(sharp, (0, 0), 4), dtype=np.uint8)
    write_video(
        tmp_path / "a.mp4",
        ((index / 6, sharp if index == 4 else soft) for index in range(8)),
        constant_rate_factor=12,
    )
    networks.scene = replace(networks.scene, characters=())
    document = read(tmp_path / "a.mp4", evidence_dir=tmp_path / "why")
    assert [item["time_s"] for item in document["evidence"]] == pytest.approx([4 / 6, 4 / 6], abs=0.001)


def times_of(path: Path) -> list[float]:
    with open_footage(path) as footage:
        return [frame.time_s for frame in footage.frames()]


def test_the_annotated_video_has_every_frame_at_its_time(networks: TrueNetworks, tmp_path: Path) -> None:
    """A clip of uneven times, as telephones make them."""
    times = [0.0, 0.04, 0.1, 0.13, 0.3, 0.34, 0.5, 0.67, 0.7, 0.84, 0.9, 1.0, 1.17, 1.2, 1.34, 1.5]
    image = networks.renderer.frame(0.0).image_bgr
    write_video(tmp_path / "a.mp4", ((time_s, image) for time_s in times), constant_rate_factor=16)
    told: list[float] = []
    target = tmp_path / "drawn.mp4"
    document = read(tmp_path / "a.mp4", annotate=target, progress=told.append)

    assert document["status"] == "ok"
    assert document["evidence"] == [
        {"role": "video", "file": "drawn.mp4", "media_type": "video/mp4", "time_s": None}
    ]
    assert times_of(target) == pytest.approx(times_of(tmp_path / "a.mp4"), abs=1e-4)
    assert told == sorted(told)
    assert told[-1] == 1.0
    with open_footage(target) as footage:
        assert footage.width_px == 896
        assert footage.height_px > 896


def test_a_refused_clip_is_annotated_too(networks: TrueNetworks, tmp_path: Path) -> None:
    networks.scene = replace(networks.scene, characters=())
    path = clip(networks, tmp_path / "a.mp4", seconds=1.0)
    document = read(path, annotate=tmp_path / "drawn.mp4", evidence_dir=tmp_path / "why")
    assert document["status"] == "refused"
    assert [item["role"] for item in document["evidence"]] == ["refused", "clean", "video"]
    assert len(times_of(tmp_path / "drawn.mp4")) == 12


def test_a_still_cannot_be_annotated_frame_by_frame(networks: TrueNetworks, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFootageError, match=r"^a\.png: a still has no frames .* accepted: a video$"):
        read(still(networks, tmp_path / "a.png"), annotate=tmp_path / "drawn.mp4")
    assert not (tmp_path / "drawn.mp4").exists()


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


def test_marks_in_feet_are_said_to_be_while_drafts_stay_in_metres() -> None:
    document = reading_document("a.mp4", reading(unit_of_marks="foot"), (), ())
    assert (document["unit_of_marks"], document["draft_m"]) == ("foot", 12.3457)
    assert reading_document("a.mp4", reading(), (), ())["unit_of_marks"] == "metre"


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
