"""`hullmark worker`: one job worker on the data folder of a service that may run elsewhere.

Source: the architecture page, "Processes": what `hullmark serve` supervises also runs alone.
Left out: supervision; whoever starts a worker by hand also starts it again.
"""

from pathlib import Path
from typing import Annotated

import typer

from api.logs import configure_logs
from api.settings import load_settings
from api.storage.data_directory import open_data_directory
from api.worker import run_worker


def worker(
    data_dir: Annotated[Path | None, typer.Option(help="Folder of the data (HULLMARK_DATA_DIR).")] = None,
) -> None:
    """Work on jobs until Ctrl+C: readings, proxies, reports."""
    settings = load_settings() if data_dir is None else load_settings(data_dir=data_dir)
    configure_logs(settings, process="worker")
    database, _objects = open_data_directory(settings)
    database.dispose()
    run_worker(settings)
