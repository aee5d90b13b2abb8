"""`hullmark bench reading` on truths that are none: refused before anything is read."""

from pathlib import Path

import pytest

from api.bench.reading import known_footage
from api.pipelines.errors import PipelineError

HEAD = "file,draft_m,tolerance_m\n"


def test_truths_of_both_kinds_are_read(tmp_path: Path) -> None:
    (tmp_path / "readings.csv").write_text(f"{HEAD}水尺.jpg,8.62,0.02\n", encoding="utf-8")
    assert known_footage(tmp_path) == [(tmp_path / "水尺.jpg", 8.62, 0.02)]
    (tmp_path / "clips.toml").write_text('[[clip]]\nfile = "a.mp4"\ndraft_m = 6\n', encoding="utf-8")
    assert known_footage(tmp_path) == [(tmp_path / "clips/a.mp4", 6.0, 0.0)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("readings.csv", b"file,draft_m\na.jpg,8\n"),
        ("readings.csv", f"{HEAD}a.jpg,nan,0.02\n".encode()),
        ("readings.csv", f"{HEAD}a.jpg,8.6 m,0.02\n".encode()),
        ("readings.csv", f"{HEAD}a.jpg\n".encode()),
        ("readings.csv", b"\xff\xfe"),
        ("clips.toml", b"not = [toml"),
        ("clips.toml", b"[other]\n"),
        ("clips.toml", b'[[clip]]\nfile = "a.mp4"\ndraft_m = inf\n'),
        ("clips.toml", b"clip = 5\n"),
    ],
)
def test_a_truth_that_cannot_be_read_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(PipelineError, match="its truth cannot be read") as refused:
        known_footage(tmp_path)
    assert str(refused.value).startswith(f"{tmp_path}: ")


@pytest.mark.parametrize("content", [None, HEAD])
def test_a_folder_without_truth_is_refused(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "readings.csv").write_text(content, encoding="utf-8")
    with pytest.raises(PipelineError, match="no truth beside the footage; accepted: a folder with"):
        known_footage(tmp_path)
