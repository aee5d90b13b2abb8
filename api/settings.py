"""What an operator may set, read from the environment (`HULLMARK_…`) and checked before anything starts.

Source: docs/settings.md lists every name below; a test keeps the two together.
Left out: secrets that stand in a file of their own; people, whom `hullmark user` and an admin manage.
"""

import difflib
import os
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, IPvAnyNetwork, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from api.errors import FieldError, InvalidSettingsError

MEBIBYTE = 1024 * 1024
GIBIBYTE = 1024 * MEBIBYTE


# Read by `api.client`, which knows no settings of the service.
_OF_THE_CLIENT = frozenset({"HULLMARK_URL", "HULLMARK_TOKEN", "HULLMARK_TOKEN_FILE", "HULLMARK_CA_FILE"})


class Settings(BaseSettings):
    """Every setting of the service; the process environment is the only source."""

    model_config = SettingsConfigDict(env_prefix="HULLMARK_", frozen=True, extra="forbid")

    data_dir: Path = Field(default=Path("var"), description="Folder of the database and the stored files.")
    database_url: SecretStr | None = Field(
        default=None, description="PostgreSQL database, instead of SQLite in the data folder."
    )
    records_key_file: Path | None = Field(
        default=None,
        description="Private key (PEM, Ed25519) that checkpoints of the records are signed with.",
    )
    checkpoint_records: int = Field(
        default=1000, ge=1, description="A checkpoint is signed after so many new records."
    )
    checkpoint_interval_s: float = Field(
        default=300.0, gt=0.0, description="A record is under a checkpoint at the latest after this time."
    )
    host: str = Field(default="127.0.0.1", description="Address that the web process listens on.")
    port: int = Field(default=8000, ge=1, le=65535, description="TCP port that the web process listens on.")
    public_url: str | None = Field(
        default=None, description="Address that people open; https:// makes cookies travel over TLS only."
    )
    trusted_proxies: Annotated[tuple[IPvAnyNetwork, ...] | None, NoDecode] = Field(
        default=None,
        description="Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed, separated by commas.",
    )
    session_idle_s: float = Field(
        default=3600.0, gt=0.0, description="A session that was not used for so long is over."
    )
    session_longest_s: float = Field(
        default=43200.0, gt=0.0, description="A session is over after this time however it was used."
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
    files_url: str | None = Field(
        default=None, description="Bucket of the stored files, s3://bucket/prefix; a folder when not set."
    )
    files_endpoint_url: str | None = Field(
        default=None, description="Address of an S3-compatible server that is not Amazon's."
    )
    files_region: str = Field(default="us-east-1", description="Region of the bucket.")
    files_access_key_id: str | None = Field(default=None, description="Access key of the bucket.")
    files_secret_access_key: SecretStr | None = Field(
        default=None, description="Secret of that access key; better in a file."
    )
    files_secret_access_key_file: Path | None = Field(
        default=None, description="File whose only line is the secret of that access key."
    )
    files_cache_bytes: int = Field(
        default=20 * GIBIBYTE, ge=0, description="Disk space for local copies of files from a bucket."
    )
    retention_file: Path | None = Field(
        default=None, description="Policy of retention; retention.toml in the data folder when not set."
    )
    object_check_interval_days: float = Field(
        default=30.0, gt=0.0, description="Every stored file is read and compared with its hash so often."
    )
    idempotency_hours: float = Field(
        default=24.0,
        gt=0.0,
        le=8760.0,
        description="How long the answer to a request with an Idempotency-Key is kept.",
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
        default=45.0,
        gt=0.0,
        description="A running job whose lease is not renewed for so long is taken over.",
    )
    job_max_attempts: int = Field(default=3, ge=1, le=20, description="Starts of one job before it fails.")
    job_memory_bytes: int = Field(
        default=8 * GIBIBYTE,
        ge=256 * MEBIBYTE,
        description="Memory that the process doing the steps of jobs may have of its own.",
    )
    job_engine: Literal["local", "ray"] = Field(
        default="local", description="Where the steps of jobs are done: a process here, or a Ray cluster."
    )
    ray_address: str | None = Field(
        default=None, description="Address of the Ray cluster; one of this machine alone where none is given."
    )
    job_workers: int = Field(
        default=1, ge=0, le=64, description="Job workers that `serve` runs; 0 where they run elsewhere."
    )
    probe_timeout_s: float = Field(
        default=30.0, gt=0.0, description="Time limit of looking into one uploaded file."
    )
    secrets_key: SecretStr | None = Field(
        default=None, description="Key that stored secrets are encrypted with, base64 of 32 bytes."
    )
    secrets_key_file: Path | None = Field(
        default=None, description="File of that key, mode 0600; one in the data folder where neither is set."
    )
    delivery_networks: Annotated[tuple[IPvAnyNetwork, ...] | None, NoDecode] = Field(
        default=None,
        description="Private networks whose addresses webhooks and MQTT may be sent to, separated by commas.",
    )
    delivery_allow_loopback: bool = Field(
        default=False, description="Permit receivers on this machine itself."
    )
    delivery_poll_s: float = Field(
        default=1.0, gt=0.0, le=60.0, description="Pause between two looks for new records to deliver."
    )
    delivery_timeout_s: float = Field(
        default=15.0,
        gt=0.0,
        le=60.0,
        description="Time limit of one attempt to deliver, connecting included.",
    )
    delivery_first_retry_s: float = Field(
        default=5.0,
        gt=0.0,
        le=3600.0,
        description="Pause after a failed delivery; each further one is 3 times.",
    )
    delivery_longest_retry_s: float = Field(
        default=14400.0, gt=0.0, le=86400.0, description="No pause between two attempts to deliver is longer."
    )
    delivery_max_attempts: int = Field(
        default=12, ge=1, le=100, description="Attempts before a record becomes a dead letter."
    )
    delivery_ca_file: Path | None = Field(
        default=None, description="Certificates (PEM) that receivers are verified with, beside the system's."
    )
    delivery_client_certificate_file: Path | None = Field(
        default=None, description="Certificate (PEM) that MQTT brokers are shown."
    )
    delivery_client_key_file: Path | None = Field(
        default=None, description="Private key (PEM) of that certificate, where it is a file of its own."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least severe event that is logged."
    )
    log_format: Literal["json", "console"] = Field(
        default="json", description="One JSON object a line, or aligned text for a person."
    )

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            postgresql_address(value.get_secret_value())
        return value

    @field_validator("delivery_networks", "trusted_proxies", mode="before")
    @classmethod
    def _split_networks(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(network.strip() for network in value.split(",") if network.strip())
        return value

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _split_hosts(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(host.strip().lower() for host in value.split(",") if host.strip())
        return value

    @property
    def cookies_need_tls(self) -> bool:
        """Whether people reach the service over TLS, so that a cookie need never travel without."""
        return self.public_url is not None and self.public_url.startswith("https://")

    @property
    def database_path(self) -> Path:
        """The SQLite database file."""
        return self.data_dir / "hullmark.sqlite3"

    @property
    def database_place(self) -> Path | URL:
        """The database: the address of a server, else the SQLite file."""
        if self.database_url is None:
            return self.database_path
        return postgresql_address(self.database_url.get_secret_value())

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
    return prefix == "HULLMARK" and rest.lower() not in Settings.model_fields and name not in _OF_THE_CLIENT


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


def postgresql_address(text: str) -> URL:
    """Read the address of a PostgreSQL database, and name the driver that is used here.

    Raises:
        ValueError: it is no such address; the message does not repeat it, for it may hold a password.

    >>> postgresql_address("postgresql://hullmark:secret@db.port.example/hullmark")
    postgresql+psycopg://hullmark:***@db.port.example/hullmark
    """
    accepted = "Accepted: postgresql://user:password@host:port/database"
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise ValueError(f"is no database address. {accepted}") from error
    if url.drivername not in {"postgresql", "postgres", "postgresql+psycopg"} or not url.database:
        raise ValueError(f"is no address of a PostgreSQL database. {accepted}")
    return url.set(drivername="postgresql+psycopg")
