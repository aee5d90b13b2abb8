"""The writer against the reader: what goes in at a time comes out at that time."""

from pathlib import Path

import numpy as np
import pytest
from adversarial_footage import picture

from vision.errors import EncodingError
from vision.video.encode import write_video
from vision.video.frames import open_footage


def test_pictures_come_back_at_their_times(tmp_path: Path) -> None:
    times_s = [0.0, 0.033366, 0.1, 0.5, 0.512345, 2.0]
    path = tmp_path / "out.mp4"
    write_video(path, ((t, picture(i)) for i, t in enumerate(times_s)), constant_rate_factor=12)
    with open_footage(path) as footage:
        frames = list(footage.frames())
        assert footage.duration_s is not None
        assert footage.duration_s >= 2.0
        assert footage.warnings == []
    assert [frame.time_s for frame in frames] == pytest.approx(times_s, abs=1 / 90_000)
    for index, frame in enumerate(frames):
        assert np.abs(frame.image_bgr.astype(int) - picture(index)).mean() < 5


def test_odd_sides_are_lengthened_by_one(tmp_path: Path) -> None:
    path = tmp_path / "odd.mp4"
    write_video(path, [(0.0, picture(1, width_px=161, height_px=95))], constant_rate_factor=20)
    with open_footage(path) as footage:
        assert (footage.width_px, footage.height_px) == (162, 96)


def test_the_index_stands_first(tmp_path: Path) -> None:
    path = tmp_path / "out.mp4"
    write_video(path, [(0.0, picture(1)), (0.04, picture(2))], constant_rate_factor=20)
    content = path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


@pytest.mark.parametrize(
    ("frames", "problem"),
    [
        ([], "there are no pictures"),
        ([(0.0, picture(1)), (0.0, picture(2))], "is not later than the one before"),
        ([(0.0, picture(1)), (1.0, picture(2, width_px=80))], "another size than the first"),
        ([(-1.0, picture(1))], "is not later than the one before"),
    ],
    ids=["none", "same-time", "other-size", "negative-time"],
)
def test_what_cannot_be_a_video_leaves_the_old_file_and_no_rest(
    tmp_path: Path, frames: list[tuple[float, np.ndarray]], problem: str
) -> None:
    path = tmp_path / "out.mp4"
    path.write_bytes(b"old")
    with pytest.raises(EncodingError, match=problem):
        write_video(path, frames, constant_rate_factor=20)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
