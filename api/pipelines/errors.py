"""Errors of the pipelines: input that cannot become an observation.

Source: Hullmark's own rule that an error carries its values and says what would be accepted.
Left out: refusals of a reading (a readable picture without marks), which are results and not errors.

    PipelineError
    ├── UnreadableFootageError      no picture, no video
    ├── TrainingNotInstalledError   rendering and training need the extra [train]
    └── UnknownDeviceError          no such processor or graphics card to train on
"""


class PipelineError(Exception):
    """The pipelines could not work on what they were given."""


class UnreadableFootageError(PipelineError):
    """The input is neither a picture nor a video.

    Attributes:
        source: name of the input as the caller knows it.
        reason: what is wrong with it.
        accepted: what would be read instead.
    """

    def __init__(self, source: str, reason: str, *, accepted: str) -> None:
        super().__init__(f"{source}: {reason}; accepted: {accepted}")
        self.source = source
        self.reason = reason
        self.accepted = accepted


class TrainingNotInstalledError(PipelineError):
    """Rendering and training need packages that the base install leaves out."""

    def __init__(self) -> None:
        super().__init__(
            "rendering and training are not installed; accepted: an installation of hullmark[train]"
        )


class UnknownDeviceError(PipelineError):
    """There is no such device to train on.

    Attributes:
        device: what was asked for.
        there: what this machine has.
    """

    def __init__(self, device: str, there: tuple[str, ...]) -> None:
        super().__init__(f"device {device!r} is not on this machine; accepted: {', '.join(there)}")
        self.device = device
        self.there = there
