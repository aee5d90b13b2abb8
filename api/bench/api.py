"""`hullmark bench api`: requests a second, records appended and verified, searches, uploads, against the goals.

Source: real processes of `hullmark serve` on a scratch folder, asked over HTTP on this machine.
Left out: a network between client and service, and TLS, which a proxy speaks.
"""

import json
import os
import platform
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from api.bench import api_load, search
from api.bench.api_figures import ApiFigures, goal_rows, print_figures
from api.bench.api_load import CLIENTS, LoadFigures
from api.bench.api_service import BenchService, entered, main_routes, received, running_service
from api.bench.api_upload import measure_upload
from api.bench.records import append_rate, measure_verification
from api.logs import configure_logs
from api.settings import Settings
from api.storage.data_directory import open_data_directory


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much is measured."""

    records: int
    appended: int
    searches: int
    upload_bytes: int
    upload_pairs: int
    route_s: float


FULL = Sizes(
    records=1_000_000,
    appended=2000,
    searches=60,
    upload_bytes=1_000_000_000,
    upload_pairs=5,
    route_s=3.0,
)
QUICK = Sizes(records=20_000, appended=200, searches=10, upload_bytes=64_000_000, upload_pairs=3, route_s=0.4)


def api(
    *,
    quick: Annotated[
        bool, typer.Option("--quick", help="Small sizes: a minute; goals are for the full ones.")
    ] = False,
    database_url: Annotated[
        str | None, typer.Option(help="An empty PostgreSQL database; SQLite where not given.")
    ] = None,
    work: Annotated[
        Path | None, typer.Option(help="Folder for scratch data, on the disk to be measured.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Speed of the service: routes at 1, 16 and 64 clients, records, searches, uploads."""
    with tempfile.TemporaryDirectory(prefix="hullmark-bench-", dir=work) as folder:
        figures = measure(Path(folder), QUICK if quick else FULL, database_url=database_url)
    if as_json:
        typer.echo(json.dumps(as_plain(figures), ensure_ascii=False, indent=2))
    else:
        print_figures(figures)


def measure(folder: Path, sizes: Sizes, *, database_url: str | None) -> ApiFigures:
    """Measure everything, one after the other.

    Args:
        folder: an empty one.
        sizes: how much.
        database_url: an empty PostgreSQL database; SQLite in the folder where not given.

    Raises:
        UnreachableError: the service does not start.
    """
    load_before = os.getloadavg()[0]
    # One database of PostgreSQL serves everything here, and its records are signed with one key.
    chain, service = folder / "chain", folder / "service"
    data_dir = chain / "data" if database_url is not None else service / "data"
    for place in (chain, service, folder / "search"):
        place.mkdir()
    settings = Settings.model_validate(
        {"data_dir": data_dir, "database_url": database_url, "minimum_free_bytes": 0, "log_level": "error"}
    )
    configure_logs(settings, process="bench")
    _tell(f"{sizes.records} records: made and verified")
    verification = measure_verification(chain, sizes.records, database_url=database_url)
    _tell(f"{sizes.appended} records: appended")
    appended_per_s = _appended_per_s(settings, sizes.appended)
    searched = None
    if database_url is None:
        _tell(f"{sizes.records} records: searched")
        searched = search.measure(folder / "search", records=sizes.records, repetitions=sizes.searches)
    with running_service(service, data_dir=data_dir, database_url=database_url) as running:
        port_call_id = entered(running.client)
        _tell(f"{sizes.upload_bytes} bytes: copied and uploaded")
        upload = measure_upload(
            running, port_call_id, service, size_bytes=sizes.upload_bytes, pairs=sizes.upload_pairs
        )
        load = _load(running, port_call_id, sizes)
    return ApiFigures(
        machine=_machine(load_before, database_url),
        load=load,
        appended_per_s=appended_per_s,
        verification=verification,
        search=searched,
        upload=upload,
    )


def as_plain(figures: ApiFigures) -> dict[str, Any]:
    """Give what was measured as plain values, with the goals and the rates that follow."""
    plain = asdict(figures)
    plain["verification"] |= {
        "database_records_per_s": figures.verification.database_records_per_s,
        "export_records_per_s": figures.verification.export_records_per_s,
    }
    return plain | {"goals": [asdict(row) for row in goal_rows(figures)]}


def _load(running: BenchService, port_call_id: str, sizes: Sizes) -> list[LoadFigures]:
    routes = main_routes(port_call_id, received(running.client, port_call_id))
    figures = []
    for route in routes:
        _tell(f"{route.name}: {', '.join(str(count) for count in CLIENTS)} clients")
        figures += [
            api_load.measure_route(running.target, route, clients=count, duration_s=sizes.route_s)
            for count in CLIENTS
        ]
    return figures


def _appended_per_s(settings: Settings, count: int) -> float:
    database, _ = open_data_directory(settings)
    try:
        return append_rate(database, count)
    finally:
        database.dispose()


def _machine(load_before: float, database_url: str | None) -> str:
    database = "SQLite" if database_url is None else "PostgreSQL"
    return (
        f"{database}; {os.cpu_count()} cores shared by service and clients, load before {load_before:.1f}; "
        f"{platform.machine()}, Python {platform.python_version()}"
    )


def _tell(line: str) -> None:
    typer.echo(line, err=True)
