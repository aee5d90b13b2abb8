"""The one error family of flights, drawn as a tree.

Source: docs/conventions.md: an error carries the offending values and says what would be accepted.
Left out: damage that a reader survives; that is counted in a ParseReport and is no error.

    DroneError
    └── TelemetryError
        ├── UnreadableTelemetryFileError    no file, a folder, no permission, too large
        ├── UnknownTelemetryFormatError     bytes that are no telemetry format read here
        ├── NoTelemetryError                the format is right and nothing usable is in it
        └── DamagedTelemetryError           strict reading met a damaged sample
"""

from collections.abc import Mapping


class DroneError(Exception):
    """Something about a flight that cannot be used as given."""


class TelemetryError(DroneError):
    """Telemetry that cannot be read.

    Attributes:
        source: The file as the caller knows it.
        problem: What is wrong with it.
        accepted: What would be read instead.
    """

    def __init__(self, source: str, problem: str, *, accepted: str) -> None:
        self.source = source
        self.problem = problem
        self.accepted = accepted
        super().__init__(f"{source}: {problem}; accepted: {accepted}")


class UnreadableTelemetryFileError(TelemetryError):
    """The file could not be opened or is beyond what is read."""


class UnknownTelemetryFormatError(TelemetryError):
    """The bytes belong to no telemetry format that is read here."""


class NoTelemetryError(TelemetryError):
    """A file of a right format without a single usable sample."""


class DamagedTelemetryError(TelemetryError):
    """Strict reading met damage.

    Attributes:
        skipped: How many samples were damaged, by reason.
    """

    def __init__(self, source: str, skipped: Mapping[str, int]) -> None:
        self.skipped = dict(skipped)
        counts = ", ".join(f"{reason}: {count}" for reason, count in self.skipped.items())
        super().__init__(
            source, f"damaged samples ({counts})", accepted="an undamaged file, or reading without strict"
        )
