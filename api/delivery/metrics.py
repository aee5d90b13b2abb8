"""What Prometheus is told about deliveries: read from the database when it asks.

Source: Prometheus naming practice. The counts are those of the database, so that a restart resets none.
Left out: what only the delivery process knows; it has no port of its own.
"""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from api.delivery import repository
from api.delivery.repository import Standing
from api.storage.database import Database
from api.storage.tables import utc_now

_LABELS = ("subscription", "kind")


class DeliveryCollector(Collector):
    """Gives the standing of every subscription."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def collect(self) -> Iterator[Metric]:
        """Read the standings once and give them as metrics."""
        with self._database.reading() as session:
            standings = repository.standings(session)
        yield self._gauge(
            "lag_records", "Records behind the cursor.", {s: float(s.lag_records) for s in standings}
        )
        yield self._gauge(
            "lag_seconds", "Age of the oldest record behind the cursor.", {s: lag_s(s) for s in standings}
        )
        yield self._gauge(
            "dead_letters",
            "Records not taken and not delivered since.",
            {s: float(s.dead_letter_count) for s in standings},
        )
        yield self._gauge(
            "active", "Whether records are sent.", {s: float(s.subscription.active) for s in standings}
        )
        yield _attempts(standings)

    def _gauge(self, name: str, documentation: str, values: dict[Standing, float]) -> GaugeMetricFamily:
        family = GaugeMetricFamily(f"hullmark_delivery_{name}", documentation, labels=_LABELS)
        for standing, value in values.items():
            family.add_metric(_labels(standing), value)
        return family


def lag_s(standing: Standing) -> float:
    """Say how long the next record has been waiting; 0 where none is."""
    if standing.waiting_since is None:
        return 0.0
    return max(0.0, (utc_now() - standing.waiting_since).total_seconds())


def _attempts(standings: list[Standing]) -> CounterMetricFamily:
    family = CounterMetricFamily(
        "hullmark_delivery_attempts", "Attempts to deliver.", labels=(*_LABELS, "outcome")
    )
    for standing in standings:
        row = standing.subscription
        family.add_metric([*_labels(standing), "delivered"], row.delivered_count)
        family.add_metric([*_labels(standing), "failed"], row.failed_count)
    return family


def _labels(standing: Standing) -> list[str]:
    return [str(standing.subscription.id), standing.subscription.kind]
