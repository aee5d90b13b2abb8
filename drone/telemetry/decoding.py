"""Turns the bytes of a text file into text: which encoding, and whether it is text at all.

Source: byte order marks of the Unicode Standard; first bytes of common files as their formats define them.
Left out: regional encodings; telemetry is ASCII but for the degree sign, which Latin-1 reads.
"""

import codecs
import re

MARKED_ENCODINGS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
FIRST_BYTES = (
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x89PNG", "a PNG picture"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"%PDF", "a PDF document"),
    (b"\x1a\x45\xdf\xa3", "a Matroska video"),
    (b"RIFF", "a RIFF file"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"ULog", "a PX4 flight log (.ulg)"),
    (b"\xa3\x95", "an ArduPilot flight log (.BIN)"),
    (b"\x06\x0e\x2b\x34", "MISB KLV metadata"),
)
FIRST_WORDS = (
    (re.compile(r"<gpx\b"), "a GPX track"),
    (re.compile(r"<kml\b"), "a KML document"),
    (re.compile(r"\A\s*[{\[]"), "JSON"),
    (re.compile(r"\A[^\n,;]+(?:[,;][^\n,;]*){2,}\n"), "a table (CSV)"),
)
SHOWN_CHARACTERS = 2000
TRANSPORT_PACKET_BYTES = 188


def decoded(data: bytes) -> str | None:
    """Decode a text.

    Args:
        data: A whole file, or its beginning.

    Returns:
        The text; None where the bytes are no text.
    """
    for mark, encoding in MARKED_ENCODINGS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    if b"\x00" in data:
        return _decoded_without_mark(data)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def kind_of_bytes(data: bytes) -> str:
    """Say what a file is, from its first bytes, for a message.

    Args:
        data: The beginning of the file.

    Returns:
        Such as `a JPEG picture`.
    """
    if data[4:8] == b"ftyp":
        return "an MP4 or MOV video"
    if data[:1] == data[TRANSPORT_PACKET_BYTES : TRANSPORT_PACKET_BYTES + 1] == b"G":
        return "an MPEG-TS video"
    named = next((name for first, name in FIRST_BYTES if data.startswith(first)), None)
    if named is not None:
        return named
    text = decoded(data)
    if text is None:
        return "binary data"
    return next((name for words, name in FIRST_WORDS if words.search(text[:SHOWN_CHARACTERS])), "text")


def _decoded_without_mark(data: bytes) -> str | None:
    """UTF-16 of ASCII text has a zero in every other byte; anything else with zeros is no text."""
    even, odd = data[0:400:2], data[1:400:2]
    if odd.count(0) > 0.9 * len(odd) and even.count(0) == 0:
        return data.decode("utf-16-le", errors="replace")
    if even.count(0) > 0.9 * len(even) and odd.count(0) == 0:
        return data.decode("utf-16-be", errors="replace")
    return None
