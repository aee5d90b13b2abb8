"""`hullmark backup` and `hullmark restore`.

Source: docs/how-to/storage.md.
Left out: the work itself, in the modules beside this.
"""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from api.backup.checking import check_backup
from api.backup.manifest import Manifest
from api.backup.restoring import restore_backup
from api.backup.taking import take_backup
from api.errors import UnusableDataDirectoryError
from api.settings import load_settings
from api.storage.database import Database
from api.storage.objects import open_object_store

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def backup(
    dest: Annotated[Path, typer.Argument(help="A folder, where only what is new is copied, or a name.tar.")],
    *,
    data_dir: Annotated[Path | None, typer.Option(help="Folder of the data (HULLMARK_DATA_DIR).")] = None,
    check: Annotated[bool, typer.Option("--check", help="Read a finished backup through instead.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take a backup of database, stored files and keys while the service runs, or check one."""
    settings = load_settings(**({} if data_dir is None else {"data_dir": data_dir}))
    if check:
        manifest = check_backup(dest, busy_timeout_s=settings.busy_timeout_s, tell=_tell)
        _print(manifest, as_json=as_json, done="is whole")
        return
    # Neither migrated nor prepared: the service that runs on it may be of another version.
    database = Database(settings.database_place, busy_timeout_s=settings.busy_timeout_s)
    objects = open_object_store(settings)
    try:
        if database.is_file and not database.path.is_file():
            raise UnusableDataDirectoryError(settings.data_dir, "holds no database to back up")
        report = take_backup(settings, database, objects, dest, tell=_tell)
        if dest.suffix == ".tar":
            check_backup(dest, busy_timeout_s=settings.busy_timeout_s, tell=_tell)
    finally:
        database.dispose()
    _print(report.manifest, as_json=as_json, done=f"taken, {report.copied_bytes} bytes copied")
    if report.manifest.missing:
        for item in report.manifest.missing:
            typer.echo(f"not in the backup: {item.key}: {item.reason}", err=True)
        raise typer.Exit(1)


def restore(
    source: Annotated[Path, typer.Argument(help="The folder or name.tar of a backup.")],
    *,
    data_dir: Annotated[Path, typer.Option(help="A new folder for the data; must be empty.")],
    as_json: AsJson = False,
) -> None:
    """Restore a backup into an empty place; every hash and the chain of records are verified first."""
    settings = load_settings(data_dir=data_dir)
    manifest = restore_backup(source, settings, tell=_tell)
    _print(manifest, as_json=as_json, done=f"restored into {data_dir}")


def _tell(step: str) -> None:
    typer.echo(f"hullmark: {step} …", err=True)
    sys.stderr.flush()


def _print(manifest: Manifest, *, as_json: bool, done: str) -> None:
    if as_json:
        typer.echo(json.dumps(manifest.model_dump(mode="json"), indent=2))
        return
    typer.echo(
        f"backup of {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC {done}: {manifest.record_count} records "
        f"(head {manifest.head_sha256[:16]}…), {manifest.stored_file_count} files of "
        f"{manifest.stored_file_bytes} bytes"
    )
