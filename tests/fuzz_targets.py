"""What is fuzzed: every reader of bytes from outside, with what it may refuse and what must hold of what it accepts.

A target takes bytes and returns; it may raise nothing but a failed assertion or what its parser must not raise.
Source: the entries themselves; the same targets serve Hypothesis in the ordinary tests and atheris in `make fuzz`.
Left out: the loop that makes the bytes.
"""

import asyncio
import contextlib
import io
import json
import logging
import math
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

Run = Callable[[bytes], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A parser under attack.

    Attributes:
        build: Imports the parser and gives the function that is fed.
        instrumented: Packages whose branches guide the search.
        longest_bytes: Of one input.
    """

    build: Callable[[], Run]
    instrumented: tuple[str, ...]
    longest_bytes: int = 4096


def _telemetry() -> Run:
    from drone.errors import TelemetryError
    from drone.telemetry.document import flight_log_document
    from drone.telemetry.geojson import track_geojson
    from drone.telemetry.registry import FORMATS, HEAD_BYTES

    def run(data: bytes) -> None:
        for known in FORMATS:
            if not known.recognises(data[:HEAD_BYTES]):
                continue
            try:
                log = known.read(data, "fuzz.srt")
            except TelemetryError:
                continue
            json.dumps(flight_log_document(log), allow_nan=False)
            if log.report.positions:
                json.dumps(track_geojson(log), allow_nan=False)
            for sample in log.samples:
                for field in fields(sample):
                    value = getattr(sample, field.name)
                    assert not isinstance(value, float) or math.isfinite(value), field.name

    return run


def _import_table(content: bytes) -> None:
    from api.vessels.table_errors import TableImportError
    from api.vessels.table_import import DecimalMark, LengthUnit, TableDeclaration, import_table
    from survey.errors import SurveyError
    from survey.hydrostatics import DraftBasis, LcfReference, TableKind

    declaration = TableDeclaration(
        lcf_reference=LcfReference.AFT_OF_MIDSHIPS,
        draft_basis=DraftBasis.EXTREME,
        kind=TableKind.DISPLACEMENT,
        length_unit=LengthUnit.METRE,
        decimal_mark=DecimalMark.COMMA if content[-1:] == b"," else DecimalMark.POINT,
        sheet=None,
        length_between_perpendiculars_m=148.0,
        lightship_t=None,
    )
    with contextlib.suppress(TableImportError, SurveyError):
        table = import_table(content, file_name="fuzz", declaration=declaration)
        assert len(table.rows) == len(table.lines)
        for row in table.rows:
            for field in fields(row):
                value = getattr(row, field.name)
                assert not isinstance(value, float) or math.isfinite(value), field.name


def _hydrostatic_csv() -> Run:
    _import_table(b"warm,up")
    return _import_table


def _hydrostatic_xlsx() -> Run:
    parts = _workbook_parts()

    def run(data: bytes) -> None:
        # Bytes of a ZIP that are changed at random only break its checksums; its members are what is parsed.
        if data[:2] == b"PK":
            _import_table(data)
            return
        sheet, _, rest = data.partition(b"\x00")
        strings, _, styles = rest.partition(b"\x00")
        changed = {
            "xl/worksheets/sheet1.xml": sheet,
            "xl/sharedStrings.xml": strings,
            "xl/styles.xml": styles,
        }
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            for name, content in parts.items():
                archive.writestr(name, changed.get(name) or content)
        _import_table(stream.getvalue())

    return run


@cache
def _workbook_parts() -> Mapping[str, bytes]:
    from openpyxl import Workbook

    book = Workbook()
    for row in (["Draft (m)", "Displacement (t)", "TPC", "MTC", "LCF (m)"], [5, 10000, 20.5, 170, -1]):
        book.worksheets[0].append(row)
    stream = io.BytesIO()
    book.save(stream)
    with zipfile.ZipFile(stream) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _survey_case() -> Run:
    from api.surveys.case_errors import CaseError
    from api.surveys.command import document_of_case

    folder = Path(tempfile.mkdtemp(prefix="hullmark-fuzz-"))
    path = folder / "case.json"

    def run(data: bytes) -> None:
        path.write_bytes(data)
        with contextlib.suppress(CaseError):
            json.dumps(document_of_case(path), allow_nan=False)

    return run


def _strict_json() -> Run:
    from api.errors import MalformedJsonError
    from api.routing import parse_json

    def run(data: bytes) -> None:
        try:
            value = parse_json(data)
        except MalformedJsonError as error:
            error.detail.encode()
            return
        for part in _parts_of(value):
            _require_plain(part)
        assert json.loads(json.dumps(value, allow_nan=False)) == value

    return run


def _parts_of(value: Any) -> Iterator[Any]:
    yield value
    within = (
        [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else ()
    )
    for part in within:
        yield from _parts_of(part)


def _require_plain(value: Any) -> None:
    from api.routing import MAX_EXACT_INTEGER

    match value:
        case str():
            assert "\0" not in value
            value.encode()
        case float():
            assert math.isfinite(value)
        case int():
            assert abs(value) <= MAX_EXACT_INTEGER


def _record_export() -> Run:
    from api.errors import ApiError
    from api.records.verification import verify_export

    path = Path(tempfile.mkdtemp(prefix="hullmark-fuzz-")) / "records.zip"
    path.write_bytes((Path(__file__).parent / "fuzz/corpus/record_export/whole.zip").read_bytes())
    whole = verify_export(path)

    def run(data: bytes) -> None:
        path.write_bytes(data)
        with contextlib.suppress(ApiError):
            found = verify_export(path)
            # No other bytes than those that were exported may pass for sound.
            assert found.intact or found != whole

    return run


def _transfer_table() -> Run:
    from datetime import UTC

    from api.cargo.transfer_table import Declared, read_table
    from api.errors import InputError

    def run(data: bytes) -> None:
        with contextlib.suppress(InputError):
            for row in read_table(data, Declared(mode="truck", zone=UTC)):
                row.body.model_dump_json()

    return run


def _footage() -> Run:
    import cv2

    from api.footage.inspection import Inspection
    from api.pipelines.inspection import inspect

    cv2.setNumThreads(1)
    folder = Path(tempfile.mkdtemp(prefix="hullmark-fuzz-"))
    path = folder / "file"

    def run(data: bytes) -> None:
        path.write_bytes(data)
        for name in ("clip.mp4", "picture.jpg", "flight.srt"):
            report = json.loads(json.dumps(inspect(path, name=name, folder=folder), allow_nan=False))
            found = Inspection.from_report(report, folder)
            assert (found.kind is None) == (found.refusal is not None)

    return run


def _http_protocol() -> Run:
    exchange = _HttpExchange()

    def run(data: bytes) -> None:
        exchange.feed(data)

    return run


class _HttpExchange:
    """uvicorn's protocol of the service on a transport that keeps what is written."""

    def __init__(self) -> None:
        from uvicorn import Config
        from uvicorn.server import ServerState

        from api.http_protocol import ProblemProtocol

        logging.disable(logging.CRITICAL)
        self._loop = asyncio.new_event_loop()
        # A thread of its own: that of the tests may have a loop already, which a browser's tests leave running.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="exchange")
        self._config = Config(_drain, http=ProblemProtocol, ws="none", access_log=False, log_config=None)
        self._config.load()
        self._state = ServerState
        self._protocol = ProblemProtocol

    def feed(self, data: bytes) -> None:
        self._thread.submit(self._loop.run_until_complete, self._feed(data)).result()

    async def _feed(self, data: bytes) -> None:
        protocol: Any = self._protocol(self._config, self._state(), app_state={}, _loop=self._loop)
        transport = _Transport()
        protocol.connection_made(transport)
        # The first byte says into how many pieces the network cut the rest.
        pieces = 1 + (data[0] & 7 if data else 0)
        rest = data[1:]
        size = max(1, -(-len(rest) // pieces))
        for start in range(0, len(rest), size):
            if transport.closed:
                break
            protocol.data_received(rest[start : start + size])
            await asyncio.sleep(0)
        protocol.connection_lost(None)
        for _ in range(3):
            await asyncio.sleep(0)
        _check_answer(bytes(transport.written))


def _check_answer(written: bytes) -> None:
    """Every refusal that the protocol writes by itself is a problem in the one shape."""
    if not written.startswith(b"HTTP/1.1 400"):
        assert written == b"" or written.startswith(b"HTTP/1.1 ")
        return
    head, _, body = written.partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head.lower()
    assert not body or json.loads(body)["status"] == 400


async def _drain(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        return
    while (message := await receive())["type"] == "http.request" and message["more_body"]:
        pass
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body"})


class _Transport(asyncio.Transport):
    def __init__(self) -> None:
        super().__init__()
        self.written = bytearray()
        self.closed = False

    def write(self, data: Any) -> None:
        self.written += data

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return {"sockname": ("127.0.0.1", 80), "peername": ("127.0.0.1", 9)}.get(name, default)

    def pause_reading(self) -> None:
        """Nothing is read here."""

    def resume_reading(self) -> None:
        """Nothing is read here."""

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """A connection that would speak another protocol is not spoken to."""


def _addresses() -> Run:
    from ipaddress import ip_address

    from api.addresses import CAMERA_SCHEMES, METADATA_SERVICES, checked_target, unwrapped
    from api.errors import ForbiddenAddressError

    def resolver(host: str, port: int) -> list[str]:
        assert host
        assert 0 < port < 65536
        return ["10.0.0.7"]

    def run(data: bytes) -> None:
        with contextlib.suppress(ForbiddenAddressError):
            target = checked_target(
                data.decode("utf-8", "surrogateescape"),
                schemes=CAMERA_SCHEMES,
                allow_private=True,
                resolver=resolver,
            )
            for text in target.addresses:
                address = unwrapped(ip_address(text))
                assert not address.is_loopback
                assert not address.is_link_local
                assert address not in METADATA_SERVICES
            assert target.pinned_url

    return run


TARGETS: Mapping[str, Target] = {
    "telemetry": Target(build=_telemetry, instrumented=("drone", "srt"), longest_bytes=8192),
    "hydrostatic_csv": Target(build=_hydrostatic_csv, instrumented=("api.vessels", "survey")),
    "hydrostatic_xlsx": Target(
        build=_hydrostatic_xlsx, instrumented=("api.vessels", "openpyxl", "survey"), longest_bytes=16384
    ),
    "survey_case": Target(
        build=_survey_case, instrumented=("api.surveys", "survey", "json"), longest_bytes=16384
    ),
    "strict_json": Target(build=_strict_json, instrumented=("api.routing", "json")),
    "transfer_table": Target(build=_transfer_table, instrumented=("api.cargo", "csv")),
    "footage": Target(build=_footage, instrumented=("api.pipelines", "vision.video"), longest_bytes=65536),
    "http_protocol": Target(build=_http_protocol, instrumented=("h11", "uvicorn", "api.http_protocol")),
    "record_export": Target(
        build=_record_export, instrumented=("api.records", "zipfile", "json"), longest_bytes=65536
    ),
    "addresses": Target(build=_addresses, instrumented=("api.addresses", "urllib", "ipaddress")),
}
