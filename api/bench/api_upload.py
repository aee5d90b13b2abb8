"""How fast a file is received, beside a plain copy of the same file that is hashed as well.

Source: both read the same file, hash it with SHA-256, write it to the same disk, and wait until it is there.
Left out: the hash that a careful sender makes beforehand, which costs the sender and not the service.
"""

import hashlib
import os
import shutil
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from api.bench.api_service import BenchService
from api.client.files import body_of
from api.client.measuring import Flights
from api.demo.port import demo_port

MEBIBYTE = 1024 * 1024
_BOX_HEADER_BYTES = 8
_LARGEST_BOX_BYTES = 2**32 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadFigures:
    """What was measured; times are medians.

    Attributes:
        size_bytes: of the file.
        pairs: a copy and an upload after the other, so often.
        copy_s: of the plain copy with its hash.
        upload_s: from the first byte sent to the answer that it is kept.
        speed_share: the median over the pairs of the upload's speed by the copy's.
    """

    size_bytes: int
    pairs: int
    copy_s: float
    upload_s: float
    speed_share: float


def measure_upload(
    service: BenchService, port_call_id: str, folder: Path, *, size_bytes: int, pairs: int
) -> UploadFigures:
    """Copy and upload a file in turns.

    Args:
        service: that receives it.
        port_call_id: of the flight.
        folder: for the file and its copies, on the disk of the service's store.
        size_bytes: of the file.
        pairs: how often; each time other bytes, as bytes that are known are not kept twice.
    """
    body = {"port_call_id": port_call_id, "stage": "initial", "name": "bench of uploads"}
    flight = service.client.flights.announce(body)
    times_s = []
    for number in range(pairs):
        file = made_video(folder / f"upload-{number}.mp4", size_bytes=size_bytes)
        copy_s = _copied_s(file, folder / "copy")
        times_s.append((copy_s, _uploaded_s(service.client.flights, service, flight["id"], file)))
        file.unlink()
    return UploadFigures(
        size_bytes=size_bytes,
        pairs=pairs,
        copy_s=statistics.median(copy_s for copy_s, _ in times_s),
        upload_s=statistics.median(upload_s for _, upload_s in times_s),
        speed_share=statistics.median(copy_s / upload_s for copy_s, upload_s in times_s),
    )


def made_video(path: Path, *, size_bytes: int) -> Path:
    """Write a clip of the demo port, made larger by a box that players pass over (ISO/IEC 14496-12, `free`)."""
    clip = next(iter(sorted((demo_port().folder / "clips").glob("*.mp4"))))
    shutil.copyfile(clip, path)
    with path.open("ab") as file:
        while (left_bytes := size_bytes - file.tell()) > _BOX_HEADER_BYTES:
            box_bytes = min(left_bytes, _LARGEST_BOX_BYTES)
            file.write(box_bytes.to_bytes(4, "big") + b"free")
            for start in range(0, box_bytes - _BOX_HEADER_BYTES, MEBIBYTE):
                file.write(os.urandom(min(MEBIBYTE, box_bytes - _BOX_HEADER_BYTES - start)))
        file.flush()
        os.fsync(file.fileno())
    return path


def _copied_s(file: Path, out: Path) -> float:
    began_s = time.perf_counter()
    digest = hashlib.sha256()
    with file.open("rb") as source, out.open("wb") as target:
        while chunk := source.read(MEBIBYTE):
            digest.update(chunk)
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    elapsed_s = time.perf_counter() - began_s
    out.unlink()
    return elapsed_s


def _uploaded_s(flights: Flights, service: BenchService, flight_id: str, file: Path) -> float:
    began_s = time.perf_counter()
    service.client.transport.call(
        "PUT", f"/flights/{flight_id}/files/{file.name}", file=body_of(file, media_type="video/mp4")
    )
    elapsed_s = time.perf_counter() - began_s
    kept = flights.read(flight_id)["files"]
    if [item["size_bytes"] for item in kept if item["file_name"] == file.name] != [file.stat().st_size]:
        raise AssertionError(f"{file.name} was not kept whole")
    return elapsed_s
