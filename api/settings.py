"""What an operator may set, read from the environment (`HULLMARK_…`) and checked before anything starts.

Source: docs/settings.md lists every name below; a test keeps the two together.
Left out: secrets, accounts and remote storage, which come with the issues that need them.
"""

import difflib
import os
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from api.errors import FieldError, InvalidSettingsError

MEBIBYTE = 1024 * 1024
GIBIBYTE = 1024 * MEBIBYTE


class Settings(BaseSettings):
    """Every setting of the service; the process environment is the only source."""

    model_config = SettingsConfigDict(env_prefix="HULLMARK_", frozen=True, extra="forbid")

    data_dir: Path = Field(default=Path("var"), description="Folder of the database and the stored files.")
    host: str = Field(default="127.0.0.1", description="Address that the web process listens on.")
    port: int = Field(default=8000, ge=1, le=65535, description="TCP port that the web process listens on.")
    allow_unauthenticated_network: bool = Field(
        default=False,
        description="Permit a host other than the loopback although nobody has to log in.",
    )
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("127.0.0.1", "localhost", "[::1]"),
        description="Host names that a request may be addressed to, separated by commas; * admits all.",
    )
    max_json_bytes: int = Field(default=MEBIBYTE, ge=1024, description="Largest accepted JSON request body.")
    max_upload_bytes: int = Field(
        default=64 * GIBIBYTE, ge=1024, description="Largest accepted footage or telemetry file."
    )
    minimum_free_bytes: int = Field(
        default=512 * MEBIBYTE,
        ge=0,
        description="Disk space that an upload must leave free; below it the service is not ready.",
    )
    busy_timeout_s: float = Field(
        default=15.0, gt=0.0, le=300.0, description="How long a transaction waits for another writer."
    )
    worker_poll_s: float = Field(
        default=1.0, gt=0.0, le=60.0, description="Pause of an idle worker between two looks for a job."
    )
    worker_silence_limit_s: float = Field(
        default=30.0, gt=0.0, description="A worker whose last heartbeat is older counts as gone."
    )
    job_lease_s: float = Field(
        default=60.0,
        gt=0.0,
        description="A running job whose lease is not renewed for so long is taken over.",
    )
    job_max_attempts: int = Field(default=3, ge=1, le=20, description="Starts of one job before it fails.")
    probe_timeout_s: float = Field(
        default=30.0, gt=0.0, description="Time limit of looking into one uploaded file."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least severe event that is logged."
    )
    log_format: Literal["json", "console"] = Field(
        default="json", description="One JSON object a line, or aligned text for a person."
    )

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _split_hosts(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(host.strip().lower() for host in value.split(",") if host.strip())
        return value

    @model_validator(mode="after")
    def _network_is_a_decision(self) -> Self:
        if not self.allow_unauthenticated_network and not is_loopback(self.host):
            message = (
                f"HULLMARK_HOST={self.host} would open the service to the network, and nobody has to log in: "
                "anyone there could read and change every record. Accepted: 127.0.0.1, ::1 or localhost, "
                "or any host together with HULLMARK_ALLOW_UNAUTHENTICATED_NETWORK=true."
            )
            raise ValueError(message)
        return self

    @property
    def database_path(self) -> Path:
        """The SQLite database file."""
        return self.data_dir / "hullmark.sqlite3"

    @property
    def files_dir(self) -> Path:
        """The root of the content-addressed file store."""
        return self.data_dir / "files"

    @property
    def lock_path(self) -> Path:
        """The file a running service holds, so that no second one starts on the same data."""
        return self.data_dir / "serve.lock"


def load_settings(**given: Any) -> Settings:
    """Read the settings from the environment; what is given here takes precedence.

    Raises:
        InvalidSettingsError: a value is not accepted, or a name with our prefix is no setting.
    """
    faults = [_unknown(name) for name in sorted(os.environ) if _is_unknown(name)]
    try:
        settings = Settings(**given)
    except ValidationError as error:
        faults += [_fault(item) for item in error.errors()]
    if faults:
        raise InvalidSettingsError.of(faults)
    return settings


def _is_unknown(name: str) -> bool:
    prefix, _, rest = name.partition("_")
    return prefix == "HULLMARK" and rest.lower() not in Settings.model_fields


def _unknown(name: str) -> FieldError:
    known = [f"HULLMARK_{field.upper()}" for field in Settings.model_fields]
    nearest = difflib.get_close_matches(name, known, n=1)
    hint = f"; did you mean {nearest[0]}?" if nearest else "; docs/settings.md lists them all"
    return FieldError(pointer=name, message=f"is no setting{hint}")


def _fault(item: ErrorDetails) -> FieldError:
    message = item["msg"].removeprefix("Value error, ")
    if not item["loc"]:
        return FieldError(pointer="settings", message=message)
    name = "HULLMARK_" + "_".join(str(step) for step in item["loc"]).upper()
    return FieldError(pointer=name, message=f"{message}, not {item['input']!r}")


def is_loopback(host: str) -> bool:
    """Tell whether a host can be reached from this machine only.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
