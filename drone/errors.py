"""The one error family of drone, drawn as a tree.

    DroneError
    └── TelemetryError              a file without usable telemetry
        ├── MissingFlightLogError   there is no such file, or it is no file
        ├── EmptyFlightLogError     a file of no bytes
        ├── OversizedFlightLogError a file larger than any flight log
        ├── NotAFlightLogError      content of another kind; says what was found
        └── DamagedFlightLogError   telemetry of which no sample could be used

Every error carries the offending values and says what would be accepted.
"""

ACCEPTED_FLIGHT_LOGS = "DJI subtitle telemetry (.SRT)"


class DroneError(Exception):
    """Something that drone cannot do."""


class TelemetryError(DroneError):
    """A file without usable telemetry.

    Attributes:
        source: Name of the file.
        problem: What is wrong with it, or what was found in it instead.
    """

    def __init__(self, source: str, problem: str) -> None:
        self.source = source
        self.problem = problem
        super().__init__(f"{source}: {problem}; accepted: {ACCEPTED_FLIGHT_LOGS}")


class MissingFlightLogError(TelemetryError):
    """There is no such file, or it is no file."""


class EmptyFlightLogError(TelemetryError):
    """A file of no bytes, or of white space."""


class OversizedFlightLogError(TelemetryError):
    """A file larger than any flight log."""


class NotAFlightLogError(TelemetryError):
    """Content of another kind."""


class DamagedFlightLogError(TelemetryError):
    """Telemetry of which no sample could be used."""
