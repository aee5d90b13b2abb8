"""Opening footage: sound clips of every container, and files that are broken, disguised or hostile."""

import os
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from adversarial_footage import (
    CONCAT_SCRIPT,
    DRAWING,
    HLS_PLAYLIST,
    REGULAR_TIMES_S,
    encoded_still,
    index_of,
    picture,
    write_clip,
    write_cut,
    write_holed,
    write_turned_clip,
)
from shared_data import SHARED, needs_shared

from vision.errors import (
    ACCEPTED_FOOTAGE,
    EmptyFootageError,
    MissingFootageError,
    NotFootageError,
    OversizedFootageError,
    TruncatedFootageError,
    UnreadableFootageError,
)
from vision.video import videos
from vision.video.frames import Frame, open_footage

CONTAINERS = {"mp4": "libx264", "mov": "libx264", "matroska": "libx264", "mpegts": "libx264", "avi": "mpeg4"}


def indices(frames: list[Frame]) -> list[int]:
    """Which pictures these are, as they show it themselves."""
    return [index_of(frame.image_bgr) for frame in frames]


@pytest.mark.parametrize(("container", "codec"), CONTAINERS.items())
def test_every_container_gives_all_pictures_at_their_times(
    tmp_path: Path, container: str, codec: str
) -> None:
    with open_footage(write_clip(tmp_path / "clip", container=container, codec=codec)) as footage:
        frames = list(footage.frames())
        assert (footage.kind, footage.width_px, footage.height_px) == ("video", 160, 96)
        assert footage.duration_s == pytest.approx(1.2)
        assert [frame.time_s for frame in frames] == pytest.approx(REGULAR_TIMES_S, abs=1e-3)
        assert [frame.index for frame in frames] == list(range(30))
        assert indices(frames) == list(range(30))
        assert footage.warnings == []


def test_every_pass_begins_anew(tmp_path: Path) -> None:
    with open_footage(write_clip(tmp_path / "clip.mp4")) as footage:
        first, second = footage.frames(), footage.frames()
        next(first)
        assert next(second).time_s == 0.0
        assert next(first).time_s == pytest.approx(0.04)


def test_start_leaves_out_what_is_before(tmp_path: Path) -> None:
    with open_footage(write_clip(tmp_path / "clip.mp4")) as footage:
        assert indices(list(footage.frames(start_s=0.8))) == list(range(20, 30))


def test_rate_gives_the_first_picture_of_each_interval(tmp_path: Path) -> None:
    with open_footage(write_clip(tmp_path / "clip.mp4")) as footage:
        times = [frame.time_s for frame in footage.frames(max_rate_hz=5.0)]
    assert times == pytest.approx([0.0, 0.2, 0.4, 0.6, 0.8, 1.0])


def test_variable_frame_rate_keeps_its_gap(tmp_path: Path) -> None:
    times_s = [0.0, 0.04, 0.08, 0.9, 0.94, 1.9]
    with open_footage(write_clip(tmp_path / "vfr.mp4", times_s=times_s)) as footage:
        assert [frame.time_s for frame in footage.frames()] == pytest.approx(times_s)
        assert [frame.time_s for frame in footage.frames(max_rate_hz=10)] == pytest.approx([0, 0.9, 1.9])


def test_times_count_from_the_first_picture(tmp_path: Path) -> None:
    shifted = [5.0 + time_s for time_s in REGULAR_TIMES_S]
    with open_footage(write_clip(tmp_path / "late.ts", times_s=shifted, container="mpegts")) as footage:
        assert next(footage.frames()).time_s == 0.0
        assert indices([footage.frame_at(0.5)]) == [12]


@pytest.mark.parametrize(("container", "codec"), CONTAINERS.items())
@pytest.mark.parametrize(("time_s", "index"), [(-1.0, 0), (0.0, 0), (0.5, 12), (0.52, 13), (99.0, 29)])
def test_frame_at_is_the_one_shown_then(
    tmp_path: Path, container: str, codec: str, time_s: float, index: int
) -> None:
    with open_footage(write_clip(tmp_path / "clip", container=container, codec=codec)) as footage:
        assert indices([footage.frame_at(time_s)]) == [index]


@pytest.mark.parametrize(("degrees", "quarter_turns"), [(90, 1), (180, 2), (270, 3)])
def test_turned_clips_stand_as_they_were_filmed(tmp_path: Path, degrees: int, quarter_turns: int) -> None:
    with open_footage(write_turned_clip(tmp_path / "turned.mp4", degrees=degrees)) as footage:
        image = next(footage.frames()).image_bgr
    expected = np.rot90(picture(0), quarter_turns)
    assert (footage.height_px, footage.width_px) == expected.shape[:2]
    assert np.abs(image.astype(int) - expected).mean() < 8


@pytest.mark.parametrize("name", ["水尺 左舷.mp4", "🚢.mp4", "quay:3.mp4", "a%03d.mp4", "no-ending"])
def test_any_file_name_opens(tmp_path: Path, name: str) -> None:
    with open_footage(write_clip(tmp_path / name, container="mp4")) as footage:
        assert len(list(footage.frames())) == 30


def test_a_clip_cut_in_its_tail_gives_what_is_there_and_says_so(tmp_path: Path) -> None:
    whole = write_clip(tmp_path / "whole.mp4", options={"movflags": "faststart"})
    with open_footage(write_cut(tmp_path / "cut.mp4", source=whole, share=0.75)) as footage:
        found = indices(list(footage.frames()))
    assert found == list(range(len(found)))
    assert 0 < len(found) < 30
    assert any("breaks off after" in warning for warning in footage.warnings)


@pytest.mark.parametrize("at_share", [0.63, 0.66, 0.7, 0.74, 0.78, 0.82, 0.86, 0.9])
@pytest.mark.parametrize("hole_bytes", [1, 30, 300])
def test_after_damage_pictures_wait_for_the_next_key_picture(
    tmp_path: Path, at_share: float, hole_bytes: int
) -> None:
    whole = write_clip(tmp_path / "whole.mp4", options={"movflags": "faststart"}, key_every=5)
    holed = write_holed(tmp_path / "holed.mp4", source=whole, at_share=at_share, hole_bytes=hole_bytes)
    with open_footage(holed) as footage:
        frames = list(footage.frames())
    # Every picture given is the one of its time: nothing smeared by the hole is passed on.
    assert indices(frames) == [round(frame.time_s * 25) for frame in frames]
    assert len(frames) < 30
    assert "damaged pictures were left out" in footage.warnings
    # And nothing is lost that does not build on the hole, but for the two that FFmpeg holds back to put in order.
    touched = keys_touched(whole, holed)
    assert touched
    sound = {index for index in range(30) if not {key_of(index), key_of(index + 2)} & touched}
    assert sound <= set(indices(frames))


def key_of(index: int) -> int:
    """The key picture that a picture builds on, with one in five pictures."""
    return index - index % 5


def keys_touched(whole: Path, holed: Path) -> set[int]:
    """The key pictures, by their index, whose run of pictures up to the next one is not the same in both files."""
    import av

    before, after = whole.read_bytes(), holed.read_bytes()
    touched: set[int] = set()
    with av.open(str(whole)) as container:
        key = 0
        for packet in container.demux(video=0):
            if packet.size == 0:
                continue
            if packet.is_keyframe:
                key = round(float(packet.pts * packet.time_base) * 25)
            start = packet.pos
            if before[start : start + packet.size] != after[start : start + packet.size]:
                touched.add(key)
    return touched


@pytest.mark.parametrize("share", [0.001, 0.01, 0.1, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("container", ["mp4", "matroska", "mpegts", "avi"])
def test_a_clip_cut_anywhere_is_read_or_refused_but_never_fails(
    tmp_path: Path, container: str, share: float
) -> None:
    whole = write_clip(tmp_path / "whole", container=container, codec=CONTAINERS[container])
    cut = write_cut(tmp_path / "cut", source=whole, share=share)
    frames: list[Frame] = []
    with suppress(UnreadableFootageError), open_footage(cut) as footage:
        frames = list(footage.frames())
    assert indices(frames) == [round(frame.time_s * 25) for frame in frames]


def test_an_mp4_without_its_index_is_refused_as_cut(tmp_path: Path) -> None:
    cut = write_cut(tmp_path / "cut.mp4", source=write_clip(tmp_path / "whole.mp4"), share=0.5)
    with pytest.raises(TruncatedFootageError, match=r"cut\.mp4: the video is cut off: its index \(moov\)"):
        open_footage(cut)


@pytest.mark.parametrize("script", [HLS_PLAYLIST, CONCAT_SCRIPT, DRAWING], ids=["hls", "concat", "svg"])
@pytest.mark.parametrize("target", ["whole.ts", "/etc/passwd", "http://127.0.0.1:9/secret"])
def test_a_script_in_a_videos_clothes_opens_nothing(tmp_path: Path, script: str, target: str) -> None:
    write_clip(tmp_path / "whole.ts", container="mpegts")
    disguised = tmp_path / "clip.mp4"
    disguised.write_text(script.format(target=target))
    with pytest.raises(NotFootageError) as caught:
        open_footage(disguised)
    assert str(caught.value) == f"clip.mp4: this is no picture or video; accepted: {ACCEPTED_FOOTAGE}"


@pytest.mark.parametrize(
    "content",
    [b"hello, this is text\n" * 100, bytes(10_000), b"MZ" + bytes(500), b"%PDF-1.7\n" + bytes(200)],
    ids=["text", "zeros", "executable", "pdf"],
)
def test_what_is_no_footage_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    with pytest.raises(NotFootageError):
        open_footage(path)


def test_random_bytes_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(np.random.default_rng(7).bytes(20_000))
    with pytest.raises(NotFootageError):
        open_footage(path)


@pytest.mark.parametrize("brand", [b"heic", b"avif"])
def test_tiled_stills_are_refused_by_name(tmp_path: Path, brand: bytes) -> None:
    path = tmp_path / "IMG_0001.HEIC"
    path.write_bytes(b"\x00\x00\x00\x18ftyp" + brand + bytes(200))
    with pytest.raises(NotFootageError, match="HEIC or AVIF picture; save it as JPEG"):
        open_footage(path)


def test_sound_alone_is_refused(tmp_path: Path) -> None:
    import av

    path = tmp_path / "sound.mp4"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("aac", rate=44_100)
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        sound.sample_rate = 44_100
        output.mux(stream.encode(sound))
        output.mux(stream.encode(None))
    with pytest.raises(NotFootageError, match="there is no video in this file"):
        open_footage(path)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.touch()
    with pytest.raises(EmptyFootageError, match=r"clip\.mp4: the file is empty; accepted: JPEG"):
        open_footage(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingFootageError, match="there is no such file"):
        open_footage(tmp_path / "none.mp4")


def test_a_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingFootageError, match="not a file"):
        open_footage(tmp_path)


@pytest.mark.parametrize("name", ["x" * 300 + ".mp4", "/proc/self/mem"], ids=["endless name", "memory"])
def test_what_the_system_does_not_open_is_refused_in_its_words(tmp_path: Path, name: str) -> None:
    with pytest.raises(
        MissingFootageError, match=r"it cannot be read: (File name too long|Input/output error)"
    ):
        open_footage(tmp_path / name)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_of_somebody_else_is_refused(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4")
    path.chmod(0)
    with pytest.raises(MissingFootageError, match="it cannot be read: Permission denied"):
        open_footage(path)


@pytest.mark.parametrize(("width_px", "height_px"), [(4000, 1), (3, 900)])
def test_a_strip_is_no_picture(tmp_path: Path, width_px: int, height_px: int) -> None:
    path = tmp_path / "strip.png"
    path.write_bytes(encoded_still(".png", np.zeros((height_px, width_px, 3), np.uint8)))
    with pytest.raises(NotFootageError, match=f"a strip of {width_px} x {height_px} pixels"):
        open_footage(path)


def test_a_pipe_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(MissingFootageError, match="not a file"):
        open_footage(tmp_path / "pipe")


def test_a_video_of_too_many_pixels_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_clip(tmp_path / "clip.mp4")
    monkeypatch.setattr(videos, "LARGEST_PICTURE_PX", 160 * 96 - 1)
    with pytest.raises(OversizedFootageError, match="160 x 96"):
        open_footage(path)


def test_a_video_whose_pictures_are_all_damaged_is_refused(tmp_path: Path) -> None:
    whole = write_clip(tmp_path / "whole.mp4", options={"movflags": "faststart"})
    content = bytearray(whole.read_bytes())
    start = content.index(b"mdat") + 4
    content[start:] = b"\xff" * (len(content) - start)
    path = tmp_path / "noise.mp4"
    path.write_bytes(content)
    with pytest.raises(TruncatedFootageError, match="no picture of the video can be decoded"):
        open_footage(path)


def test_closing_ends_a_pass_and_gives_the_file_back(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4")
    before = len(list(Path("/proc/self/fd").iterdir()))
    with open_footage(path) as footage:
        frames = footage.frames()
        next(frames)
    frames.close()  # type: ignore[attr-defined]  # a generator behind its protocol
    assert len(list(Path("/proc/self/fd").iterdir())) <= before


def test_a_still_named_like_a_video_is_a_still(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(encoded_still(".jpg", picture(5)))
    with open_footage(path) as footage:
        assert footage.kind == "still"


@needs_shared
@pytest.mark.parametrize(
    ("name", "size_px", "duration_s", "pictures"),
    [
        ("draftmarks/heavy_waves.mp4", (480, 360), 21.87, 132),
        ("telemetry/dji_mp4/DJI_20250723102139_0001_D.MP4", (1920, 1080), 3.003, 18),
        ("telemetry/klv/aphill_short.ts", (720, 480), 1.60, 10),
    ],
)
def test_real_clips_at_six_pictures_a_second(
    name: str, size_px: tuple[int, int], duration_s: float, pictures: int
) -> None:
    with open_footage(SHARED / "data" / name) as footage:
        assert (footage.width_px, footage.height_px) == size_px
        assert footage.duration_s == pytest.approx(duration_s, abs=0.01)
        frames = list(footage.frames(max_rate_hz=6.0))
        assert len(frames) == pictures
        assert footage.warnings == []
