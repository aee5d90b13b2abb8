"""Files that somebody might send to make a reader do something else than read them.

Source: published attacks on FFmpeg (HLS and concat that read local files); ISO 14496-12 for boxes; ECMA-376.
Left out: what must become of them, which is the tests' business.
"""

import io
import struct
import zipfile
from pathlib import Path

from adversarial_footage import write_clip


def scripts(target: str) -> dict[str, bytes]:
    """Texts that make a careless reader open another file or address, by the name of the trick."""
    return {
        "hls": f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:9,\n{target}\n#EXT-X-ENDLIST\n".encode(),
        "hls with byte ranges": (
            f"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:1.0\n#EXT-X-BYTERANGE:100@0\n{target}\n#EXT-X-ENDLIST"
        ).encode(),
        "hls with a key": (
            f'#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="{target}"\n#EXTINF:1,\nfile:whole.ts\n#EXT-X-ENDLIST'
        ).encode(),
        "concat": f"ffconcat version 1.0\nfile '{target}'\n".encode(),
        "dash": (
            '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
            'mediaPresentationDuration="PT9S"><Period><AdaptationSet mimeType="video/mp4"><Representation id="1">'
            f"<BaseURL>{target}</BaseURL></Representation></AdaptationSet></Period></MPD>"
        ).encode(),
        "smil": f'<smil><body><video src="{target}"/></body></smil>'.encode(),
        "sdp": (
            f"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\na=control:{target}\nm=video 9 RTP/AVP 96\n"
        ).encode(),
        "svg": f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{target}"/></svg>'.encode(),
        "external entity": (
            f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "{target}">]><r>&x;</r>'
        ).encode(),
        "imagemagick": f"push graphic-context\nimage over 0,0 0,0 '{target}'\npop graphic-context".encode(),
        "real pointer": f"rtsp://x\n{target}\n".encode(),
    }


def entity_bomb() -> bytes:
    """Ten entities of ten of the one before: ten thousand million words when they are put in."""
    lines = ['<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a0 "ha">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 11)]
    return ("".join(lines) + "]><svg><text>&a10;</text></svg>").encode()


def mov_with_outside_data(folder: Path, *, target: str) -> bytes:
    """A MOV whose data reference says that its pictures lie elsewhere (`url ` and not in this file)."""
    content = bytearray(write_clip(folder / "whole.mov", options={"movflags": "faststart"}).read_bytes())
    start = content.index(b"dref") - 4
    old_bytes = struct.unpack_from(">I", content, start)[0]
    location = target.encode() + b"\x00"
    entry = struct.pack(">I4sI", 12 + len(location), b"url ", 0) + location
    box = struct.pack(">I4sII", 16 + len(entry), b"dref", 0, 1) + entry
    content[start : start + old_bytes] = box
    grown = len(box) - old_bytes
    for name in (b"dinf", b"minf", b"mdia", b"trak", b"moov"):
        place = content.index(name) - 4
        struct.pack_into(">I", content, place, struct.unpack_from(">I", content, place)[0] + grown)
    return bytes(content)


def mov_with_alias(folder: Path, *, target: str) -> bytes:
    """The same with an alias record, the way of QuickTime that FFmpeg follows when it is told to."""
    return mov_with_outside_data(folder, target=target).replace(b"url \x00", b"alis\x00")


def mp4_of_many_streams(folder: Path, *, streams: int) -> bytes:
    """An MP4 whose index repeats its one track."""
    content = write_clip(folder / "whole.mp4", options={"movflags": "faststart"}).read_bytes()
    moov = content.index(b"moov") - 4
    moov_bytes = struct.unpack_from(">I", content, moov)[0]
    trak = content.index(b"trak") - 4
    track = content[trak : trak + struct.unpack_from(">I", content, trak)[0]]
    header = content[moov + 8 : trak]
    index = header + track * streams
    return (
        content[:moov] + struct.pack(">I4s", 8 + len(index), b"moov") + index + content[moov + moov_bytes :]
    )


def transport_stream_of_many_programs() -> bytes:
    """An MPEG-TS whose packets announce a new elementary stream each, 8 000 of them."""
    packets = bytearray()
    for number in range(0x20, 0x1FF0):
        head = struct.pack(">BHB", 0x47, 0x4000 | number, 0x10)
        packets += (head + b"\x00\x00\x01\xe0\x00\x00\x80\x80\x05\x21\x00\x01\x00\x01").ljust(188, b"\xff")
    return bytes(packets)


def mp4_without_decoder(folder: Path) -> bytes:
    """An MP4 whose pictures are of a kind that no decoder knows."""
    return write_clip(folder / "whole.mp4").read_bytes().replace(b"avc1", b"zzzz")


def workbook_bomb(*, unpacked_bytes: int, declared_bytes: int | None = None) -> bytes:
    """A workbook of a few kilobytes whose sheet unpacks to many; its directory may claim fewer."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
            'spreadsheetml.sheet.main+xml"/></Types>',
        )
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            block = b" " * (1 << 20)
            for _ in range(unpacked_bytes // len(block)):
                sheet.write(block)
    content = stream.getvalue()
    if declared_bytes is None:
        return content
    return content.replace(struct.pack("<I", unpacked_bytes), struct.pack("<I", declared_bytes))


def workbook_with(members: dict[str, bytes]) -> bytes:
    """A workbook as openpyxl writes it, with some members replaced."""
    from openpyxl import Workbook

    book = Workbook()
    book.worksheets[0].append(["Draft (m)", "Displacement (t)", "TPC", "MTC", "LCF (m)"])
    plain, stream = io.BytesIO(), io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as whole, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as changed:
        for name in whole.namelist():
            changed.writestr(name, members.get(name, whole.read(name)))
    return stream.getvalue()
