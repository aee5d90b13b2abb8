"""What Prometheus is told about jobs, files and records: read from the database when it asks.

Source: Prometheus naming practice; docs/metrics.md lists every metric, and a test keeps the two together.
Left out: requests (`api.observation`) and deliveries (`api.delivery.metrics`); who may read this, which is the proxy's.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.core import GaugeMetricFamily, SummaryMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from api.auth.principals import as_the_service
from api.delivery.metrics import DeliveryCollector
from api.errors import StorageError
from api.storage.database import Database
from api.storage.objects import ObjectStore
from api.storage.tables import Checkpoint, Job, JobStep, KeptAnswer, Record, StoredFile, Worker, utc_now


class StateCollector(Collector):
    """Gives the state of jobs, files and records in one reading transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def collect(self) -> Iterator[Metric]:
        """Read everything once and give it as metrics."""
        with self._database.reading() as session:
            for read in (_jobs, _steps, _workers, _files, _records):
                yield from read(session)


def exposition(database: Database, objects: ObjectStore) -> bytes:
    """Give the metrics of the database in the text format; none while it does not answer."""
    registry = CollectorRegistry(auto_describe=False)
    free = Gauge("hullmark_disk_free_bytes", "Bytes that uploads may still use.", registry=registry)
    free.set_function(objects.free_bytes)
    for collector in (StateCollector(database), DeliveryCollector(database)):
        registry.register(collector)
    try:
        with as_the_service():
            return generate_latest(registry)
    except (SQLAlchemyError, StorageError):
        # The other metrics are wanted most when the database is in trouble.
        return b""


def _jobs(session: Session) -> Iterator[Metric]:
    counted = GaugeMetricFamily("hullmark_jobs", "Jobs by kind and status.", labels=("kind", "status"))
    for kind, status, count in session.execute(
        select(Job.kind, Job.status, func.count()).group_by(Job.kind, Job.status)
    ):
        counted.add_metric([kind, status], count)
    yield counted
    waiting_since = session.scalar(select(func.min(Job.created_at)).where(Job.status == "queued"))
    yield _gauge(
        "hullmark_jobs_oldest_queued_seconds", "Age of the oldest job that waits.", _age_s(waiting_since)
    )


def _steps(session: Session) -> Iterator[Metric]:
    spent = SummaryMetricFamily(
        "hullmark_job_step_duration_seconds", "Time that finished steps took.", labels=("kind", "step")
    )
    query = (
        select(Job.kind, JobStep.name, func.count(), func.sum(JobStep.duration_s))
        .join(Job, Job.id == JobStep.job_id)
        .group_by(Job.kind, JobStep.name)
    )
    for kind, step, count, seconds in session.execute(query):
        spent.add_metric([kind, step], count_value=count, sum_value=seconds)
    yield spent


def _workers(session: Session) -> Iterator[Metric]:
    silent = GaugeMetricFamily(
        "hullmark_worker_silence_seconds",
        "Time since a working process last reported itself.",
        labels=("kind",),
    )
    query = select(Worker.kind, func.max(Worker.heartbeat_at)).where(Worker.stopped_at.is_(None))
    for kind, heartbeat_at in session.execute(query.group_by(Worker.kind)):
        silent.add_metric([kind], _age_s(heartbeat_at))
    yield silent


def _files(session: Session) -> Iterator[Metric]:
    labels = ("area", "retention_class")
    sizes = GaugeMetricFamily("hullmark_stored_bytes", "Bytes of stored files.", labels=labels)
    counts = GaugeMetricFamily("hullmark_stored_files", "Stored files.", labels=labels)
    query = select(
        StoredFile.area, StoredFile.retention_class, func.count(), func.sum(StoredFile.size_bytes)
    ).group_by(StoredFile.area, StoredFile.retention_class)
    for area, retention_class, count, size_bytes in session.execute(query):
        counts.add_metric([area, retention_class], count)
        sizes.add_metric([area, retention_class], float(size_bytes))
    yield from (sizes, counts)
    damaged = session.scalar(select(func.count()).where(StoredFile.damage.is_not(None)))
    yield _gauge("hullmark_stored_files_damaged", "Files whose bytes are gone or not theirs.", damaged)


def _records(session: Session) -> Iterator[Metric]:
    head = session.scalar(select(func.max(Record.sequence)))
    signed = session.scalar(select(func.max(Checkpoint.sequence)))
    yield _gauge("hullmark_records", "Records in the chain.", head)
    yield _gauge("hullmark_records_signed", "Records under a checkpoint.", signed)
    kept = session.scalar(select(func.count()).select_from(KeptAnswer))
    yield _gauge("hullmark_kept_answers", "Answers kept for Idempotency-Keys.", kept)


def _gauge(name: str, documentation: str, value: Any) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, documentation, value=float(value or 0))


def _age_s(since: datetime | None) -> float:
    return 0.0 if since is None else max(0.0, (utc_now() - since).total_seconds())
