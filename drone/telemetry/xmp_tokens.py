"""Finds the XMP of a picture and its values, well-formed or not.

Source: Adobe XMP; DJI, Parrot, Autel and Skydio write their values as attributes or as simple elements.
Left out: an XML parser: cameras write attributes twice, cut trailers and undeclared prefixes.
"""

import re

BEGIN = re.compile(rb"<x:xmpmeta|<rdf:RDF|<\?xpacket begin")
END = re.compile(rb"</x:xmpmeta>|<\?xpacket end|</rdf:RDF>")
LONGEST_XMP_BYTES = 256 * 1024
ATTRIBUTE = re.compile(r"([A-Za-z][\w-]{0,40}):([A-Za-z]\w{0,60})\s*=\s*[\"']([^\"'<>]{0,2000})[\"']")
ELEMENT = re.compile(r"<([A-Za-z][\w-]{0,40}):([A-Za-z]\w{0,60})>([^<>]{1,2000})</\1:\2>")
NOT_VALUES = frozenset({"xmlns", "rdf", "x", "xml"})


def xmp_values(data: bytes) -> dict[str, str]:
    """Give the values of a picture's XMP.

    Args:
        data: The whole picture.

    Returns:
        Values by their names without prefix; the first of a name counts, an empty value is none.
    """
    values: dict[str, str] = {}
    for begin in BEGIN.finditer(data):
        end = END.search(data, begin.end(), begin.end() + LONGEST_XMP_BYTES)
        stop = begin.end() + LONGEST_XMP_BYTES if end is None else end.end()
        text = data[begin.start() : stop].decode("utf-8", errors="replace")
        for pattern in (ATTRIBUTE, ELEMENT):
            for prefix, name, value in pattern.findall(text):
                if prefix not in NOT_VALUES and value.strip():
                    values.setdefault(name, value.strip())
    return values
