"""Walks through an XML file element by element, as far as it is whole.

Source: defusedxml: entities, document types and external references are refused, not expanded.
Left out: what elements mean (formats/gpx.py, formats/kml.py).
"""

import io
from collections import Counter
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from drone.errors import UnknownTelemetryFormatError
from drone.telemetry.decoding import decoded
from drone.telemetry.flight_log import SkipReason


def elements(
    data: bytes, source: str, *, accepted: str, skipped: Counter[SkipReason]
) -> Iterator[tuple[str, Element]]:
    """Give every element when it ends.

    Args:
        data: The whole file.
        source: For messages.
        accepted: For messages.
        skipped: Takes one `incomplete` where the file is cut or damaged.

    Yields:
        The name without its namespace, and the element with its children.

    Raises:
        UnknownTelemetryFormatError: It defines entities or a document type.
    """
    events: Iterator[tuple[str, Any]] = iterparse(io.BytesIO(data), events=("end",), forbid_dtd=True)
    try:
        for _, element in events:
            yield local_name(element.tag), element
    except DefusedXmlException as error:
        raise UnknownTelemetryFormatError(
            source, "is XML with a document type or entities, which are not expanded", accepted=accepted
        ) from error
    except (ParseError, ValueError, LookupError):
        skipped[SkipReason.incomplete] += 1


def begins_with_element(head: bytes, name: str) -> bool:
    """Whether the first element of an XML text has a name, whatever its namespace prefix."""
    text = decoded(head[:65_536] if len(head) % 2 == 0 else head[:65_535])
    if text is None:
        return False
    start = text.lstrip("\ufeff \t\r\n")[:4000]
    while start.startswith(("<?", "<!")):
        close = _close_of(start)
        end = start.find(close) + len(close) if close in start else 0
        start = start[end:].lstrip() if end > 0 else ""
    tag = start[1:80].split(">")[0].split()
    return start.startswith("<") and bool(tag) and tag[0].rstrip("/").rpartition(":")[2].lower() == name


def _close_of(start: str) -> str:
    """What ends a comment, a document type with declarations inside it, or anything else before the root."""
    if start.startswith("<!--"):
        return "-->"
    return "]>" if start.startswith("<!DOCTYPE") and "[" in start.split(">", maxsplit=1)[0] else ">"


def local_name(tag: str) -> str:
    """A name without its namespace."""
    return tag.rpartition("}")[2]
