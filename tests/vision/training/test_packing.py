"""A data set in one file: what is in it, that it says so itself, and that two packings are the same bytes."""

import hashlib
import json
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from vision.errors import DatasetDescriptionError
from vision.training.packing import About, pack_dataset

ABOUT = About(
    name="marks",
    source="rendered",
    licence="AGPL-3.0-or-later",
    remarks=("**Nothing** in it is real.",),
    left_out={"rejected by a person": 2},
)


def silent(done: int, total: int) -> None:
    assert done <= total


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    folder = tmp_path / "built"
    for part in ("train", "val"):
        for kind, name in (("images", "0.jpg"), ("labels", "0.txt"), ("masks", "0.png"), ("truth", "0.json")):
            path = folder / kind / part / name
            path.parent.mkdir(parents=True)
            path.write_bytes(f"{part} {name}".encode())
    (folder / "labels" / "train.cache").write_bytes(b"a trainer's own")
    for name in ("numerals", "water"):
        (folder / f"{name}.yaml").write_text(
            f"path: {folder}\ntrain: images/train\nval: images/val\nnames:\n  0: '0'\n", encoding="utf-8"
        )
    return folder


def test_every_file_is_in_the_manifest_by_its_digest_and_nothing_else_is_packed(
    dataset: Path, tmp_path: Path
) -> None:
    target = tmp_path / "marks.zip"
    manifest = pack_dataset(dataset, target, ABOUT, progress=silent)
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        packed = {name: archive.read(name) for name in archive.namelist()}
    assert json.loads(packed.pop("manifest.json")) == manifest
    card = packed.pop("card.md").decode()
    assert "1 in `train`, 1 in `val`; labels are exact" in card
    assert "**Licence** AGPL-3.0-or-later" in card
    assert "**Left out**: 2 (rejected by a person)" in card
    told = {name: (hashlib.sha256(data).hexdigest(), len(data)) for name, data in packed.items()}
    assert told == {name: (one["sha256"], one["size_bytes"]) for name, one in manifest["files"].items()}
    assert len(packed) == 2 + 2 * 4
    assert [path.name for path in tmp_path.iterdir()] == ["built", "marks.zip"]


def test_the_same_files_give_the_same_bytes_wherever_they_lie(dataset: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    pack_dataset(dataset, first, ABOUT, progress=silent)
    moved = dataset.rename(tmp_path / "moved")
    text = (moved / "numerals.yaml").read_text(encoding="utf-8")
    (moved / "numerals.yaml").write_text(text.replace("built", "moved"), encoding="utf-8")
    pack_dataset(moved, second, ABOUT, progress=silent)
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.skipif(find_spec("ultralytics") is None, reason="the extra [train] is not installed")
def test_what_is_unpacked_is_a_data_set_to_the_trainer_where_it_lies(dataset: Path, tmp_path: Path) -> None:
    from vision.training.train import load_ultralytics

    pack_dataset(dataset, tmp_path / "marks.zip", ABOUT, progress=silent)
    with zipfile.ZipFile(tmp_path / "marks.zip") as archive:
        archive.extractall(tmp_path / "elsewhere")
    load_ultralytics()
    from ultralytics.data.utils import check_det_dataset

    found = check_det_dataset(str(tmp_path / "elsewhere" / "numerals.yaml"))
    assert Path(found["train"]) == tmp_path / "elsewhere" / "images" / "train"
    assert Path(found["val"]) == tmp_path / "elsewhere" / "images" / "val"


@pytest.mark.parametrize(
    ("gone", "problem"),
    [
        ("water.yaml", "no water.yaml in it; accepted: what `dataset build` filled"),
        ("labels/val/0.txt", "images/val/0.jpg lacks labels/val/0.txt"),
    ],
)
def test_what_is_not_complete_is_refused_and_leaves_nothing(
    dataset: Path, tmp_path: Path, gone: str, problem: str
) -> None:
    (dataset / gone).unlink()
    with pytest.raises(DatasetDescriptionError, match=problem):
        pack_dataset(dataset, tmp_path / "marks.zip", ABOUT, progress=silent)
    assert [path.name for path in tmp_path.iterdir()] == ["built"]
