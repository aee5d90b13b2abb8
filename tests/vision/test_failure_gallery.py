"""The failure gallery's pictures are there, small, shown on the page, and what the reader makes of their scenes."""

import json
from pathlib import Path

import failure_gallery
import pytest
from failure_gallery import GALLERY, LARGEST_BYTES, Shot
from shared_data import REPOSITORY

from vision.draft.reading import RefusalReason

PICTURES = REPOSITORY / "docs" / "pictures" / "failures"
PAGE = (REPOSITORY / "docs" / "draft-reading.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("shot", GALLERY, ids=lambda shot: shot.name)
def test_every_scene_has_a_small_picture_on_the_page(shot: Shot) -> None:
    assert 10_000 < (PICTURES / f"{shot.name}.jpg").stat().st_size <= LARGEST_BYTES
    assert f"](pictures/failures/{shot.name}.jpg)" in PAGE


def test_no_picture_is_of_anything_else() -> None:
    named = {f"{shot.name}.jpg" for shot in GALLERY}
    assert {path.name for path in PICTURES.iterdir()} == {*named, "gallery.json"}


def test_what_was_read_when_the_pictures_were_made_is_what_the_gallery_says() -> None:
    told = json.loads((PICTURES / "gallery.json").read_text(encoding="utf-8"))
    assert {one["name"]: one["outcome"] for one in told} == {shot.name: shot.outcome for shot in GALLERY}


def test_every_reason_for_a_refusal_has_its_picture() -> None:
    shown = {shot.outcome for shot in GALLERY}
    assert {reason.value for reason in RefusalReason} <= shown


def test_a_scene_is_made_and_read_as_the_page_says(tmp_path: Path) -> None:
    shot = next(one for one in GALLERY if one.name == "no_full_metre")
    picture, told = failure_gallery.take(shot, tmp_path)
    assert told["outcome"] == shot.outcome
    assert picture is not None
    failure_gallery.keep(picture, tmp_path / "kept.jpg")
    assert (tmp_path / "kept.jpg").stat().st_size <= LARGEST_BYTES


@pytest.mark.soak
def test_every_scene_still_shows_what_the_page_says(tmp_path: Path) -> None:
    assert failure_gallery.main(tmp_path) == 0
