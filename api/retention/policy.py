"""The declared policy: how long files of each class stay, and what a filling disk refuses first.

Source: `retention.toml` in the data folder, described in docs/how-to/storage.md.
Left out: looking at files (`stock.py`) and deciding about them (`deciding.py`).
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.errors import UnusableRetentionPolicyError
from api.settings import Settings
from api.storage.objects.store import Purpose

POLICY_FILE = "retention.toml"


class RetentionClass(StrEnum):
    """What a file is to the rules of retention."""

    EVIDENCE = "evidence"
    FOOTAGE = "footage"
    DERIVED = "derived"
    LIVE_RECORDING = "live_recording"
    QUARANTINE = "quarantine"
    UNREFERENCED = "unreferenced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How long files of one class stay, and how much they may take together; None where nothing limits it."""

    max_age: timedelta | None
    max_total_bytes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionPolicy:
    """A policy as it was declared.

    Attributes:
        limits: for every class.
        floors: free bytes below which the disk takes nothing more for a purpose.
        sha256: of the declaration, so that a record can name it.
    """

    limits: Mapping[RetentionClass, Limit]
    floors: Mapping[Purpose, int]
    sha256: str


class LimitTable(BaseModel):
    """`[classes.<name>]` of the file."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    max_age_days: float | None = Field(default=None, gt=0.0, le=36_500.0)
    max_total_bytes: int | None = Field(default=None, ge=0)


class PolicyFile(BaseModel):
    """The whole file. What it does not name stays as it is by default."""

    model_config = ConfigDict(extra="forbid")

    classes: dict[RetentionClass, LimitTable] = Field(default_factory=dict)
    stop_below_free_bytes: dict[Purpose, int] = Field(default_factory=dict)


DEFAULT_LIMITS = {
    RetentionClass.LIVE_RECORDING: LimitTable(max_age_days=30.0),
    RetentionClass.QUARANTINE: LimitTable(max_age_days=90.0),
    RetentionClass.UNREFERENCED: LimitTable(max_age_days=2.0),
}
"""Footage, what is derived from it and evidence stay until somebody declares that they do not."""
FLOORS_IN_UPLOAD_FLOORS = {
    Purpose.LIVE_RECORDING: 3.0,
    Purpose.DERIVED: 2.0,
    Purpose.UPLOAD: 1.0,
    Purpose.EVIDENCE: 0.25,
}
"""In multiples of HULLMARK_MINIMUM_FREE_BYTES. Records need no floor: they are refused by the last byte only."""


def load_policy(settings: Settings) -> RetentionPolicy:
    """Read the policy, or give the default one where none was declared.

    Raises:
        UnusableRetentionPolicyError: the file cannot be read, or something in it is not accepted.
    """
    path = settings.retention_file or settings.data_dir / POLICY_FILE
    declared = PolicyFile()
    if settings.retention_file is not None or path.exists():
        declared = _read(path)
    return policy_of(declared, upload_floor_bytes=settings.minimum_free_bytes)


def policy_of(declared: PolicyFile, *, upload_floor_bytes: int) -> RetentionPolicy:
    """Fill in what was not declared."""
    tables = DEFAULT_LIMITS | declared.classes
    floors = {
        purpose: round(factor * upload_floor_bytes) for purpose, factor in FLOORS_IN_UPLOAD_FLOORS.items()
    }
    return RetentionPolicy(
        limits={name: _limit_of(tables.get(name, LimitTable())) for name in RetentionClass},
        floors=floors | declared.stop_below_free_bytes,
        sha256=hashlib.sha256(declared.model_dump_json().encode()).hexdigest(),
    )


def _limit_of(table: LimitTable) -> Limit:
    max_age = None if table.max_age_days is None else timedelta(days=table.max_age_days)
    return Limit(max_age=max_age, max_total_bytes=table.max_total_bytes)


def _read(path: Path) -> PolicyFile:
    try:
        return PolicyFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeError, tomllib.TOMLDecodeError) as error:
        raise UnusableRetentionPolicyError(path, f"cannot be read: {error}") from error
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(str(step) for step in item['loc'])}: {item['msg']}" for item in error.errors()
        )
        raise UnusableRetentionPolicyError(path, faults) from error
