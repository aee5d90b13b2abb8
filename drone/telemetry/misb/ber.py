"""Lengths, tags and check sums of KLV.

Source: MISB ST 0107 (BER lengths, BER-OID tags) and ST 0601 (running 16-bit sum).
Left out: indefinite lengths, which MISB forbids.
"""

SHORT_FORM_LIMIT = 0x80
LONGEST_LENGTH_BYTES = 8
LONGEST_TAG_BYTES = 5


class BrokenKlvError(ValueError):
    """Bytes that are no KLV; never leaves the package."""


def ber_length(data: bytes, at: int) -> tuple[int, int]:
    """Read a length.

    Args:
        data: The bytes.
        at: Where it begins.

    Returns:
        The length, and where the value begins.

    Raises:
        BrokenKlvError: It is cut, indefinite or longer than eight bytes.

    >>> ber_length(bytes([0x81, 0xD2]), 0)
    (210, 2)
    """
    if at >= len(data):
        raise BrokenKlvError("no length")
    first = data[at]
    if first < SHORT_FORM_LIMIT:
        return first, at + 1
    count = first & 0x7F
    if not 1 <= count <= LONGEST_LENGTH_BYTES or at + 1 + count > len(data):
        raise BrokenKlvError("a length that is cut or indefinite")
    return int.from_bytes(data[at + 1 : at + 1 + count], "big"), at + 1 + count


def ber_oid(data: bytes, at: int) -> tuple[int, int]:
    """Read a tag: seven bits a byte, the high bit says that more follow.

    Args:
        data: The bytes.
        at: Where it begins.

    Returns:
        The tag, and where its length begins.

    Raises:
        BrokenKlvError: It is cut.

    >>> ber_oid(bytes([0x81, 0x0F]), 0)
    (143, 2)
    """
    tag = 0
    for number, byte in enumerate(data[at : at + LONGEST_TAG_BYTES], start=1):
        tag = tag << 7 | byte & 0x7F
        if byte < SHORT_FORM_LIMIT:
            return tag, at + number
    raise BrokenKlvError("a tag that does not end")


def items_of(data: bytes) -> list[tuple[int, bytes]]:
    """Cut a local set into its items.

    Args:
        data: The value of the set.

    Returns:
        Tags and values in their order.

    Raises:
        BrokenKlvError: The items do not fill the set exactly.
    """
    items, at = [], 0
    while at < len(data):
        tag, at = ber_oid(data, at)
        length, at = ber_length(data, at)
        if at + length > len(data):
            raise BrokenKlvError(f"tag {tag} runs beyond its set")
        items.append((tag, data[at : at + length]))
        at += length
    return items


def checksum_of(data: bytes) -> int:
    """The running 16-bit sum of ST 0601.

    Args:
        data: From the first byte of the key to the length of the check sum's item.

    Returns:
        The sum, modulo 65536.

    >>> hex(checksum_of(bytes([0x12, 0x34, 0x56])))
    '0x6834'
    """
    return (sum(data[0::2]) * 256 + sum(data[1::2])) & 0xFFFF
