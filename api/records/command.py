"""`hullmark records`: export, verify (offline, with nothing but the file), a new key, and the kinds of records.

Source: docs/architecture.md, the commands; docs/how-to/verify-records.md.
Left out: what is found and how (`verification.py`).
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from api.client import Client
from api.errors import InvalidRequestError, NewerDatabaseError, NotAnExportError
from api.logs import configure_logs
from api.records import checkpoints, registry
from api.records.export import export
from api.records.signing import PublicKey
from api.records.verification import Verification, verify_database, verify_export
from api.settings import Settings, load_settings, postgresql_address
from api.storage.data_directory import open_data_directory
from api.storage.database import Database, known_revision
from api.storage.objects import ObjectStore, open_object_store

NOT_INTACT = 1

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Export records, and verify them without the service."
)
DataDir = Annotated[Path | None, typer.Option(help="Folder of the data (HULLMARK_DATA_DIR).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.command("export")
def export_records(
    out: Annotated[Path, typer.Argument(help="The zip file to write.")],
    *,
    port_call: Annotated[
        UUID | None, typer.Option(help="Records of this port call only; hashes of the others.")
    ] = None,
    all_records: Annotated[bool, typer.Option("--all", help="All records.")] = False,
    data_dir: DataDir = None,
    server: Annotated[
        str | None,
        typer.Option(help="Address of a service, asked with HULLMARK_TOKEN, instead of a data folder."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write records, evidence, checkpoints, public keys and a report into a zip file that proves itself."""
    if (port_call is None) == (not all_records):
        raise InvalidRequestError("Accepted: either --port-call ID or --all.")
    if server is not None:
        _export_of_server(server, out, port_call, as_json=as_json)
        return
    settings = _settings(data_dir)
    database, objects = open_data_directory(settings)
    with _disposing(database), export(database, objects, settings, port_call_id=port_call) as made:
        part = out.with_name(f".{out.name}-{os.getpid()}.part")
        try:
            with part.open("wb") as file:
                for chunk in made.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            part.replace(out)
        finally:
            part.unlink(missing_ok=True)
    summary = {"file": str(out), **asdict(made.summary)}
    if as_json:
        typer.echo(json.dumps(summary, ensure_ascii=False))
        return
    typer.echo(
        f"{out}: {summary['record_count']} records, {summary['evidence_count']} files of evidence, "
        f"chain up to {summary['head_sequence']}, signed with key {summary['key_id']}"
    )
    for sha256 in made.summary.missing_evidence:
        typer.echo(f"missing evidence: {sha256}", err=True)
    for sha256 in made.summary.deleted_evidence:
        typer.echo(f"evidence deleted by the declared policy: {sha256}", err=True)


def _export_of_server(server: str, out: Path, port_call: UUID | None, *, as_json: bool) -> None:
    with Client.from_environment(server) as client:
        size_bytes = client.records.export(out, port_call_id=port_call)
        address = client.address
    if as_json:
        typer.echo(json.dumps({"file": str(out), "server": address, "size_bytes": size_bytes}))
    else:
        typer.echo(f"{out}: {size_bytes} bytes from {address}; `hullmark records verify {out}` looks into it")


@app.command("verify")
def verify_records(
    place: Annotated[str, typer.Argument(metavar="FILE_OR_DATA_DIR", help="An export, or a data folder.")],
    *,
    as_json: AsJson = False,
    public_key: Annotated[
        list[Path] | None, typer.Option(help="A key (PEM) that you have from elsewhere; may be repeated.")
    ] = None,
    skip_evidence: Annotated[
        bool, typer.Option("--skip-evidence", help="Of a data folder: leave the files of evidence out.")
    ] = False,
) -> None:
    """Find what was altered, deleted, put in, moved or not signed, and say which record it is.

    Exit code 0: intact. 1: not intact. 2: no export and no data folder.
    """
    keys = [PublicKey.from_pem(path.read_bytes(), path) for path in public_key or []]
    found = _verified(place, keys, with_evidence=not skip_evidence)
    if as_json:
        typer.echo(json.dumps({**asdict(found), "intact": found.intact}, ensure_ascii=False))
    else:
        _print(found)
    if not found.intact:
        sys.exit(NOT_INTACT)


@app.command("rotate-key")
def rotate_key(
    *,
    data_dir: DataDir = None,
    old_key_is_lost: Annotated[
        bool, typer.Option("--old-key-is-lost", help="Begin with a key that no older key introduces.")
    ] = False,
) -> None:
    """Sign with a new key from now on; the old one introduces it and is then gone."""
    settings = _settings(data_dir)
    database, _ = open_data_directory(settings)
    with _disposing(database):
        row = checkpoints.rotate(database, settings, old_key_is_lost=old_key_is_lost)
        with database.reading() as session:
            key = checkpoints.current_key(session, settings).public
    typer.echo(f"Checkpoint {row.number}: from now on key {key.id} signs.\n{key.pem().decode()}", nl=False)


@app.command("public-key")
def print_public_key(*, data_dir: DataDir = None) -> None:
    """Print the key that verifies the records; note it where nobody at the port can change it."""
    settings = _settings(data_dir)
    database, _ = open_data_directory(settings)
    with _disposing(database), database.reading() as session:
        typer.echo(checkpoints.current_key(session, settings).public.pem().decode(), nl=False)


@app.command("kinds")
def print_kinds() -> None:
    """Print the page that describes every kind of record."""
    typer.echo(registry.page(), nl=False)


def _settings(data_dir: Path | None) -> Settings:
    settings = load_settings() if data_dir is None else load_settings(data_dir=data_dir)
    configure_logs(settings, process="records")
    return settings


def _verified(place: str, keys: list[PublicKey], *, with_evidence: bool) -> Verification:
    if place.startswith(("postgresql:", "postgres:", "postgresql+")):
        settings = _settings(None)
        address = postgresql_address(place)
        objects = open_object_store(settings) if with_evidence else None
        return _verified_database(Database(address, busy_timeout_s=settings.busy_timeout_s), objects, keys)
    path = Path(place)
    if not path.is_dir():
        return verify_export(path, known_keys=keys)
    settings = _settings(path)
    if settings.database_url is None and not settings.database_path.is_file():
        raise NotAnExportError(path, "a folder without a database")
    objects = open_object_store(settings) if with_evidence else None
    database = Database(settings.database_place, busy_timeout_s=settings.busy_timeout_s)
    return _verified_database(database, objects, keys)


def _verified_database(
    database: Database, objects: ObjectStore | None, keys: list[PublicKey]
) -> Verification:
    with _disposing(database):
        revision = database.revision()
        if revision is None:
            raise NotAnExportError(database.name, "holds no records of this program")
        if revision > known_revision():
            raise NewerDatabaseError(database.name, revision)
        if revision < known_revision():
            raise NotAnExportError(
                database.name, f"is of an older version ({revision}); start `hullmark serve` on it once"
            )
        with database.reading() as session:
            return verify_database(session, objects, database.name, known_keys=keys)


@contextmanager
def _disposing(database: Database) -> Iterator[None]:
    try:
        yield
    finally:
        database.dispose()


def _print(found: Verification) -> None:
    verdict = "intact" if found.intact else f"NOT INTACT: {found.fault_count} faults"
    typer.echo(f"{found.place}: {verdict}")
    typer.echo(
        f"{found.record_count} places of the chain, {found.content_count} with content, "
        f"head {found.head_sequence} {found.head_sha256}"
    )
    typer.echo(
        f"{found.checkpoint_count} checkpoints up to record {found.signed_sequence}, "
        f"keys {', '.join(found.key_ids) or 'none'}; {found.evidence_count} files of evidence, "
        f"{found.deleted_evidence_count} deleted by the declared policy and recorded so"
    )
    if not found.key_is_known:
        typer.echo("No --public-key was given: whoever made this could have made the key as well.")
    for fault in found.faults:
        where = "" if fault.sequence is None else f"record {fault.sequence}: "
        typer.echo(f"- {fault.kind}: {where}{fault.detail}")
    if found.fault_count > len(found.faults):
        typer.echo(f"- and {found.fault_count - len(found.faults)} more")
