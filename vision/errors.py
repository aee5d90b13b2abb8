"""The one error family of vision, drawn as a tree.

    VisionError
    ├── UnreadableFootageError       a file from which no picture can be had
    │   ├── MissingFootageError      there is no such file, it is a directory, or it cannot be read
    │   ├── EmptyFootageError        a file of no bytes
    │   ├── NotFootageError          content that is no picture or video of an accepted kind
    │   ├── TruncatedFootageError    a video whose index or first pictures are missing
    │   └── OversizedFootageError    a picture of more pixels than any camera takes
    ├── NetworkError                 a network that cannot be used
    │   ├── UnknownNetworkError      a name that the registry does not hold
    │   ├── MissingWeightsError      a registered network whose weights are not there
    │   ├── NetworkChecksumError     a weights file that is not the registered one
    │   └── RegistryError            a registry into which no digest can be entered
    ├── EncodingError                pictures of which no video can be made
    ├── LevelSeriesError             levels of which no still water can be made
    └── DescriptionError             a data set's or a training's description that cannot be followed
        ├── DatasetDescriptionError
        └── TrainingDescriptionError

Every error carries the offending values and says what would be accepted.
"""

from pathlib import Path

ACCEPTED_FOOTAGE = "JPEG, PNG, TIFF, WebP or BMP pictures; MP4, MOV, MKV, WebM, AVI or MPEG-TS videos"


class VisionError(Exception):
    """Something that vision cannot do."""


class UnreadableFootageError(VisionError):
    """A file from which no picture can be had.

    Attributes:
        path: The file.
        problem: What is wrong with it.
    """

    def __init__(self, path: Path, problem: str) -> None:
        self.path = path
        self.problem = problem
        super().__init__(f"{path.name}: {problem}; accepted: {ACCEPTED_FOOTAGE}")


class MissingFootageError(UnreadableFootageError):
    """There is no such file, it is a directory, or it cannot be read."""


class EmptyFootageError(UnreadableFootageError):
    """A file of no bytes."""


class NotFootageError(UnreadableFootageError):
    """Content that is no picture or video of an accepted kind."""


class TruncatedFootageError(UnreadableFootageError):
    """A video whose index or first pictures are missing."""


class OversizedFootageError(UnreadableFootageError):
    """A picture of more pixels than any camera takes."""


class NetworkError(VisionError):
    """A network that cannot be used."""


class UnknownNetworkError(NetworkError):
    """A name that the registry does not hold."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        self.name = name
        self.known = known
        super().__init__(f"no network {name!r}; registered: {', '.join(known) or 'none'}")


class MissingWeightsError(NetworkError):
    """A registered network whose weights are not there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(
            f"{path.parent.name}/{path.name} is not there; the registry names it in {path.parents[1]}"
        )


class NetworkChecksumError(NetworkError):
    """A weights file that is not the registered one."""

    def __init__(self, path: Path, expected: str, found: str) -> None:
        self.path = path
        self.expected = expected
        self.found = found
        super().__init__(f"{path.name}: SHA-256 is {found}; the registry says {expected}")


class RegistryError(NetworkError):
    """A registry into which no digest can be entered.

    Attributes:
        path: The file.
        problem: What is wrong with it.
    """

    def __init__(self, path: Path, problem: str) -> None:
        self.path = path
        self.problem = problem
        super().__init__(f"{path}: {problem}; accepted: a registry as models/registry.toml is one")


class EncodingError(VisionError):
    """Pictures of which no video can be made."""

    def __init__(self, path: Path, problem: str) -> None:
        self.path = path
        self.problem = problem
        super().__init__(
            f"{path.name}: {problem}; wanted: at least one picture, all of one size, at growing times"
        )


class LevelSeriesError(VisionError):
    """Levels of which no still water can be made.

    Attributes:
        problem: What is wrong with them.
        index: The first level at fault, None where all of them are.
    """

    def __init__(self, problem: str, index: int | None) -> None:
        self.problem = problem
        self.index = index
        at = "" if index is None else f" at level {index}"
        super().__init__(
            f"{problem}{at}; wanted: at least two levels, finite numbers, at growing times, "
            "with uncertainties not below zero"
        )


class DescriptionError(VisionError):
    """A data set's or a training's description that cannot be followed."""

    def __init__(self, path: Path, problem: str) -> None:
        self.path = path
        self.problem = problem
        super().__init__(f"{path}: {problem}")


class DatasetDescriptionError(DescriptionError):
    """A `dataset.toml` that cannot be followed."""


class TrainingDescriptionError(DescriptionError):
    """A `train.toml` that cannot be followed."""
