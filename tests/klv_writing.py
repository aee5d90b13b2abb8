"""Writes KLV for tests, by the standards and not by the reader: keys, lengths, tags, check sums, linear maps."""

UAS_KEY = bytes.fromhex("060e2b34020b01010e01030101000000")


def ber(size: int) -> bytes:
    return (
        bytes([size])
        if size < 128
        else bytes([0x81, size])
        if size < 256
        else bytes([0x82]) + size.to_bytes(2, "big")
    )


def oid(tag: int) -> bytes:
    return bytes([tag]) if tag < 128 else bytes([0x80 | tag >> 7, tag & 0x7F])


def item(tag: int, value: bytes) -> bytes:
    return oid(tag) + ber(len(value)) + value


def signed(value: float, reach: float, size: int) -> bytes:
    return round(value / reach * ((1 << 8 * size - 1) - 1)).to_bytes(size, "big", signed=True)


def unsigned(value: float, low: float, high: float, size: int) -> bytes:
    return round((value - low) / (high - low) * ((1 << 8 * size) - 1)).to_bytes(size, "big")


def packet(items: bytes, key: bytes = UAS_KEY, checksum: int | None = None) -> bytes:
    """A packet with its check sum, right unless another one is given."""
    value = items + b"\x01\x02"
    head = key + ber(len(value) + 2) + value
    total = 0
    for number, byte in enumerate(head):
        total += byte << 8 * ((number + 1) % 2)
    return head + ((total if checksum is None else checksum) & 0xFFFF).to_bytes(2, "big")


def position(second: int = 0, extra: bytes = b"") -> bytes:
    """Items of a flight over the Yangtze: 31.2 N, 121.5 E, 120 m, one second after another."""
    stamp = (1_772_330_400 + second) * 1_000_000
    return (
        item(2, stamp.to_bytes(8, "big"))
        + item(5, unsigned(90.0, 0.0, 360.0, 2))
        + item(6, signed(0.0, 20.0, 2))
        + item(7, signed(0.0, 50.0, 2))
        + item(13, signed(31.2, 90.0, 4))
        + item(14, signed(121.5, 180.0, 4))
        + item(15, unsigned(120.0, -900.0, 19_000.0, 2))
        + item(18, unsigned(30.0, 0.0, 360.0, 4))
        + item(19, signed(-45.0, 180.0, 4))
        + item(20, unsigned(0.0, 0.0, 360.0, 4))
        + extra
    )
