"""A process that appends records and notes each one that was acknowledged, until it is killed.

Source: none.
Left out: counting, which is its parent's business.
"""

import os
from pathlib import Path

from chained_records import Noted

from api.records.payloads import Subject
from api.records.service import append
from api.settings import Settings
from api.storage.database import Database
from api.storage.tables import new_id


def append_many(data_dir: Path, database_url: str | None, count: int, notes: Path) -> None:
    """Append records and write the id of each one into `notes` after its commit."""
    settings = Settings.model_validate({"data_dir": data_dir, "database_url": database_url})
    database = Database(settings.database_place, busy_timeout_s=60.0)
    file = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for number in range(count):
        with database.writing() as session:
            payload = Noted(text=f"第{number}条", value=number / 7)
            record = append(session, payload, subject=Subject.vessel(new_id()), actor="appender")
            line = f"{record.id}\n"
        os.write(file, line.encode())
