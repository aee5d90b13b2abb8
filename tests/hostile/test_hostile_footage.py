"""Evidence: published attacks on readers of media, with real files, a real inspecting process and a real listener."""

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import adversarial_footage
import hostile_media
import numpy as np
import pytest
from adversarial_footage import encoded_still, png_claiming, write_clip

from api.footage.inspection import FootageKind, Inspection, inspect_file
from api.pipelines.inspection import inspect
from vision.errors import NotFootageError, UnreadableFootageError
from vision.video.frames import open_footage

LIMIT_S = 240.0
UNOPENED = "could not be opened within the limits"
TRICKS = tuple(hostile_media.scripts(""))


class Listener:
    """A server on this machine that counts who comes."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.visitors = 0
        self._last_port: int | None = None
        self._thread = threading.Thread(target=self._count, daemon=True)
        self._thread.start()

    def _count(self) -> None:
        while True:
            visitor, (_, port) = self._socket.accept()
            visitor.close()
            if port == self._last_port:
                return
            self.visitors += 1

    def close(self) -> None:
        """Come last oneself: whoever came before has been counted by then."""
        if not self._thread.is_alive():
            return
        with socket.socket() as last:
            last.bind(("127.0.0.1", 0))
            self._last_port = last.getsockname()[1]
            last.connect(("127.0.0.1", self.port))
            self._thread.join()
        self._socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.close()


def inspected(tmp_path: Path, content: bytes, name: str = "clip.mp4") -> Inspection:
    path = tmp_path / "0123abcd"
    path.write_bytes(content)
    return inspect_file(path, name=name, limit_s=LIMIT_S)


def looked_at(tmp_path: Path, content: bytes, name: str = "clip.mp4") -> dict[str, object]:
    """What the inspection says, in this process: for what is tried thousands of times."""
    path, folder = tmp_path / "0123abcd", tmp_path / "made"
    path.write_bytes(content)
    folder.mkdir(exist_ok=True)
    return inspect(path, name=name, folder=folder)


def test_the_listener_would_notice(listener: Listener) -> None:
    socket.create_connection(("127.0.0.1", listener.port)).close()
    listener.close()
    assert listener.visitors == 1


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("name", ["clip.mp4", "clip.ts", "picture.jpg"])
def test_a_script_in_footages_clothes_opens_nothing(
    tmp_path: Path, listener: Listener, trick: str, name: str
) -> None:
    write_clip(tmp_path / "whole.ts", container="mpegts")
    for target in (f"http://127.0.0.1:{listener.port}/x", "file:///etc/passwd", str(tmp_path / "whole.ts")):
        content = hostile_media.scripts(target)[trick]
        assert looked_at(tmp_path, content, name)["refusal"] is not None
        path = tmp_path / name
        path.write_bytes(content)
        # The reader of drafts, also from the command line, has no text before it: it must refuse as well.
        with pytest.raises(NotFootageError):
            open_footage(path)
    assert listener.visitors == 0


@pytest.mark.parametrize("trick", ["hls", "dash", "concat"])
def test_the_same_through_the_confined_process(tmp_path: Path, listener: Listener, trick: str) -> None:
    content = hostile_media.scripts(f"http://127.0.0.1:{listener.port}/x")[trick]
    found = inspected(tmp_path, content)
    assert found.refusal is not None
    assert UNOPENED not in found.refusal
    assert listener.visitors == 0


@pytest.mark.parametrize("make", [hostile_media.mov_with_outside_data, hostile_media.mov_with_alias])
def test_a_movie_whose_pictures_lie_elsewhere_stays_without_them(
    tmp_path: Path, listener: Listener, make: "type[object]"
) -> None:
    for target in (f"http://127.0.0.1:{listener.port}/x.mov", "file:///etc/passwd"):
        content = make(tmp_path, target=target)  # type: ignore[call-arg]
        assert isinstance(content, bytes)
        report = looked_at(tmp_path, content, "clip.mov")
        assert b"root:" not in repr(report).encode()
    assert listener.visitors == 0


NAMES_THAT_ARE_PROTOCOLS = (
    "concat:a.mp4|b.mp4",
    "file:clip.mp4",
    "subfile,,start,0,end,100,,:clip.mp4",
    "rtsp:127.0.0.1",
    "pipe:0",
    "data:text,abc",
    "-i",
    "--help",
    "-f lavfi",
    "img%03d.jpg",
    "a|b;c`id`$(id)",
    "\u202egpj.mp4",
    "CON.mp4",
    "水尺 左舷 🚢.mp4",
)


@pytest.mark.parametrize("name", NAMES_THAT_ARE_PROTOCOLS)
def test_a_name_is_only_a_name(tmp_path: Path, listener: Listener, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(write_clip(tmp_path / "whole.mp4").read_bytes())
    # Also where the name is relative, as on the command line: there FFmpeg would take it for an address.
    before = Path.cwd()
    os.chdir(tmp_path)
    try:
        with open_footage(Path(name)) as footage:
            assert footage.kind == "video"
            assert sum(1 for _ in footage.frames()) == len(adversarial_footage.REGULAR_TIMES_S)
    finally:
        os.chdir(before)
    assert listener.visitors == 0


def test_a_hostile_name_reaches_the_confined_process_as_one_argument(tmp_path: Path) -> None:
    content = write_clip(tmp_path / "whole.mp4").read_bytes()
    found = inspected(tmp_path, content, "--help;$(id) -f concat file:clip.mp4")
    assert (found.kind, found.refusal) == (FootageKind.VIDEO, None)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (hostile_media.entity_bomb(), "drawing.svg"),
        (hostile_media.entity_bomb(), "flight.srt"),
        (b"<svg>" * 200_000, "deep.svg"),
        (png_claiming(2**31 - 1, 2**31 - 1), "huge.png"),
        (png_claiming(50_000, 50_000), "large.png"),
        (png_claiming(0, 0), "none.png"),
    ],
    ids=["entities", "entities as telemetry", "depth", "huge", "large", "nothing"],
)
def test_a_bomb_is_a_refusal_and_no_explosion(tmp_path: Path, content: bytes, name: str) -> None:
    found = inspected(tmp_path, content, name)
    assert found.refusal is not None
    assert UNOPENED not in found.refusal, "it is refused by looking, before the limits are reached"


@pytest.mark.parametrize("streams", [100, 3000])
def test_an_mp4_of_many_streams_ends_in_an_answer(tmp_path: Path, streams: int) -> None:
    found = inspected(tmp_path, hostile_media.mp4_of_many_streams(tmp_path, streams=streams))
    assert (found.kind is None) is (found.refusal is not None)


def test_a_transport_stream_of_all_programs_ends_in_an_answer(tmp_path: Path) -> None:
    found = inspected(tmp_path, hostile_media.transport_stream_of_many_programs(), "clip.ts")
    assert found.refusal is not None


def test_a_video_that_no_decoder_knows_is_refused_in_words(tmp_path: Path) -> None:
    found = inspected(tmp_path, hostile_media.mp4_without_decoder(tmp_path))
    assert found.refusal is not None
    assert "of a kind that cannot be decoded" in found.refusal


def whole_files(folder: Path) -> dict[str, bytes]:
    still = np.full((12, 16, 3), 90, dtype=np.uint8)
    clips = {"mp4": "libx264", "matroska": "libx264", "mpegts": "libx264"}
    made = {
        f"clip.{name}": write_clip(
            folder / name, container=name, codec=codec, times_s=(0.0, 0.04), options={}
        ).read_bytes()
        for name, codec in clips.items()
    }
    made |= {
        f"still.{name}": encoded_still(f".{name}", still) for name in ("jpg", "png", "tiff", "webp", "bmp")
    }
    made["flight.srt"] = (
        b"1\n00:00:00,000 --> 00:00:00,033\n[latitude: 36.1] [longitude: 120.3] [rel_alt: 12.300 abs_alt: 20.1]\n\n"
        * 3
    )
    return made


@pytest.mark.parametrize(
    "name",
    [
        "clip.mp4",
        "clip.matroska",
        "clip.mpegts",
        "still.jpg",
        "still.png",
        "still.tiff",
        "still.webp",
        "flight.srt",
    ],
)
def test_a_file_cut_at_every_byte_of_its_header_is_an_answer(tmp_path: Path, name: str) -> None:
    content = whole_files(tmp_path)[name]
    header_bytes = min(len(content), 400)
    for length in range(header_bytes):
        report = looked_at(tmp_path, content[:length], name)
        assert report["refusal"] is not None or report["kind"] in {"video", "still", "telemetry"}, length
        path = tmp_path / "cut"
        path.write_bytes(content[:length])
        try:
            open_footage(path).close()
        except UnreadableFootageError:
            continue


def test_a_report_of_a_decoder_that_was_taken_over_is_not_believed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"\xff\xd8\xff secret")
    (tmp_path / "thumbnail.jpg").symlink_to(tmp_path / "secret")
    sound = {"kind": "still", "refusal": None, "media_type": "image/jpeg", "width_px": 1, "height_px": 1}
    with pytest.raises((ValueError, OSError)):
        Inspection.from_report(sound, tmp_path)
    (tmp_path / "thumbnail.jpg").unlink()
    for change in (
        {"media_type": "text/html"},
        {"media_type": "text/html\r\nset-cookie: a"},
        {"width_px": 10**12},
        {"duration_s": float("inf")},
        {"codec": "<script>"},
        {"kind": None},
        {"kind": "administrator"},
        {"actor": "root"},
    ):
        with pytest.raises(ValueError, match=r".+"):
            Inspection.from_report(sound | change, tmp_path)


@pytest.mark.parametrize(
    "moment",
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1904-01-01T00:00:00Z", "never", "\x00"],
)
def test_a_time_no_camera_has_is_left_out(tmp_path: Path, moment: str) -> None:
    report = {"kind": "video", "refusal": None, "media_type": "video/mp4", "created_at": moment}
    assert Inspection.from_report(report, tmp_path).created_at is None
