"""`hullmark storage`: the state of the file store, a check of its bytes, and what the policy lets go.

Source: `api.retention`; JSON of `status` is that of GET /api/v1/storage.
Left out: the periodic work, which the worker does by itself.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select

from api.retention import service
from api.retention.deleting import delete_expired
from api.retention.policy import RetentionPolicy, load_policy
from api.retention.schemas import StorageView
from api.retention.scrubbing import check_file
from api.retention.stock import take_stock
from api.settings import load_settings
from api.storage.data_directory import open_data_directory
from api.storage.database import Database
from api.storage.objects import ObjectStore
from api.storage.tables import StoredFile

storage = typer.Typer(
    name="storage", no_args_is_help=True, help="The stored files: how many, how long, and whether whole."
)
DataDir = Annotated[Path | None, typer.Option(help="Folder of the data (HULLMARK_DATA_DIR).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@storage.command()
def status(*, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Take stock and show what is stored by class, what the disk refuses, and what would be deleted next."""
    with _opened(data_dir) as (database, objects, policy):
        take_stock(database, objects)
        with database.reading() as session:
            view = service.show(session, objects, policy)
    typer.echo(view.model_dump_json(indent=2) if as_json else "\n".join(_lines(view)))


@storage.command()
def check(*, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Read every stored file and compare it with its name; damage is recorded, and ends with exit code 1."""
    checked_count, damaged = 0, []
    with _opened(data_dir) as (database, objects, _):
        take_stock(database, objects)
        with database.reading() as session:
            rows = session.scalars(select(StoredFile).order_by(StoredFile.sha256)).all()
        for row in rows:
            found = check_file(database, objects, row)
            checked_count += 1
            if found.damage is not None:
                damaged.append({"area": found.area, "sha256": found.sha256, "damage": found.damage})
                if not as_json:
                    typer.echo(f"{found.area} {found.sha256}: {found.damage}")
    if as_json:
        typer.echo(json.dumps({"checked_count": checked_count, "damaged": damaged}, indent=2))
    else:
        typer.echo(f"{checked_count} files checked, {len(damaged)} damaged")
    if damaged:
        raise typer.Exit(1)


@storage.command()
def expire(
    *,
    data_dir: DataDir = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be deleted.")] = False,
) -> None:
    """Take stock and delete what the declared policy lets go, each with its record."""
    with _opened(data_dir) as (database, objects, policy):
        take_stock(database, objects)
        with database.reading() as session:
            view = service.show(session, objects, policy)
        for item in view.next_to_go:
            typer.echo(f"{item.area} {item.sha256}: {item.size_bytes} bytes, {item.reason}")
        freed_bytes = 0 if dry_run else delete_expired(database, objects, policy)
    typer.echo(f"{view.next_to_go_count} files of {view.next_to_go_bytes} bytes, {freed_bytes} bytes deleted")


@contextmanager
def _opened(data_dir: Path | None) -> Iterator[tuple[Database, ObjectStore, RetentionPolicy]]:
    settings = load_settings(**({} if data_dir is None else {"data_dir": data_dir}))
    database, objects = open_data_directory(settings)
    try:
        yield database, objects, load_policy(settings)
    finally:
        database.dispose()


def _lines(view: StorageView) -> Iterator[str]:
    yield f"{view.place}: {view.disk_free_bytes} of {view.disk_total_bytes} bytes free on the local disk"
    yield f"{'class':<16}{'files':>9}{'bytes':>16}{'held':>16}{'days':>8}{'limit':>16}"
    for item in view.classes:
        days = "-" if item.max_age_days is None else f"{item.max_age_days:g}"
        limit = "-" if item.max_total_bytes is None else str(item.max_total_bytes)
        yield (
            f"{item.retention_class:<16}{item.file_count:>9}{item.used_bytes:>16}{item.held_bytes:>16}"
            f"{days:>8}{limit:>16}"
        )
    refused = [item.purpose for item in view.floors if item.refused]
    yield f"refused for want of space: {', '.join(refused) or 'nothing'}"
    yield f"would be deleted now: {view.next_to_go_count} files, {view.next_to_go_bytes} bytes"
    yield f"damaged: {view.damaged_count}; never checked: {view.never_checked_count}"
