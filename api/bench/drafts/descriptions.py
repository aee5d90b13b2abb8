"""What the bench renders: groups of clips and stills by condition, from `datasets/bench-reading/*.toml`.

Source: the renderer's own ranges; what a description leaves open is as in `datasets/draft-marks/dataset.toml`.
Left out: rendering.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from vision.errors import DatasetDescriptionError
from vision.synthetic.dataset import described
from vision.synthetic.scene import SceneRanges

CHANGES = ("", "dark", "boot_top", "covered_marks", "no_full_metre")
# One scene in some may show what its condition asks for; candidates of two pictures never meet.
SEEDS_PER_PICTURE = 1000
FULL_SEEDS_FROM = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipForm:
    """How the clips of a condition are filmed.

    Attributes:
        duration_s: Length.
        quick_duration_s: Length in a quick run.
        rate_hz: Pictures rendered a second.
        quality: libx264's constant rate factor.
        enlarge: Each picture is enlarged so many times.
        repeat: Each picture is shown so many times, at so many times the rate.
    """

    duration_s: float
    quick_duration_s: float
    rate_hz: float
    quality: int
    enlarge: int = 1
    repeat: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Footage of one condition.

    Attributes:
        name: Its name.
        seed: First candidate of its first picture.
        quick: How many in a quick run.
        full: How many in a full run, of other seeds.
        ranges: What scenes are drawn from.
        water: Fields of the scene's water that are set.
        paint: Fields of the marks' paint that are set.
        change: What is done to scene or picture, one of `CHANGES`.
        most_numerals: Scenes are drawn until no more rows of numerals stand above the water; None for any number.
        water_share: Scenes are drawn until water takes a share of the picture between these.
        clip: How it is filmed; None for stills.
    """

    name: str
    seed: int
    quick: int
    full: int
    ranges: SceneRanges
    water: dict[str, Any]
    paint: dict[str, Any]
    change: str
    most_numerals: int | None
    water_share: tuple[float, float]
    clip: ClipForm | None

    def first_seed(self, index: int, *, quick: bool) -> int:
        """First candidate of one picture; quick and full runs share none."""
        return self.seed + SEEDS_PER_PICTURE * index + (0 if quick else FULL_SEEDS_FROM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Footage for which one set of goals holds.

    Attributes:
        name: Its name.
        readable: Whether a person could read it: scenes are drawn until enough numerals and a full metre show.
        least_numerals: How many must show then.
        least_numeral_px: How high they must be in the middle of them.
        fonts: Type faces besides block letters.
        conditions: Its parts.
    """

    name: str
    readable: bool
    least_numerals: int
    least_numeral_px: float
    fonts: tuple[Path, ...]
    conditions: tuple[Condition, ...]


def load_groups(folder: Path) -> list[Group]:
    """Read every description of a folder, by file name.

    Args:
        folder: Holds *.toml, and draft-marks/dataset.toml beside it.

    Returns:
        The groups.

    Raises:
        DatasetDescriptionError: There is none, or a key is missing or unknown.
    """
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise DatasetDescriptionError(folder, "holds no *.toml")
    usual = described(folder.parent / "draft-marks" / "dataset.toml")["ranges"]
    return [_group(path, usual) for path in paths]


def _group(path: Path, usual: dict[str, Any]) -> Group:
    content = described(path)
    try:
        return Group(
            name=content["group"],
            readable=content["readable"],
            least_numerals=content.get("least_numerals", 0),
            least_numeral_px=content.get("least_numeral_px", 0.0),
            fonts=tuple(Path(font) for font in content.get("fonts", ())),
            conditions=tuple(_condition(content, part, usual) for part in content["condition"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise DatasetDescriptionError(path, f"missing or unknown key: {error}") from error


def _condition(content: dict[str, Any], part: dict[str, Any], usual: dict[str, Any]) -> Condition:
    change = part.get("change", "")
    if change not in CHANGES:
        raise ValueError(f"change {change!r}; accepted: {', '.join(filter(None, CHANGES))}")
    ranges = {**usual, **content["ranges"], **part.get("ranges", {})}
    clip = {**content.get("clip", {}), **part.get("clip", {})}
    return Condition(
        name=part["name"],
        seed=part["seed"],
        quick=part["quick"],
        full=part["full"],
        ranges=SceneRanges(**{key: _pair(value) for key, value in ranges.items()}),
        water=part.get("water", {}),
        paint=part.get("paint", {}),
        change=change,
        most_numerals=part.get("most_numerals"),
        water_share=_pair(part.get("water_share", [0.0, 1.0])),
        clip=ClipForm(**clip) if clip else None,
    )


def _pair(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def seeds_of(groups: list[Group], *, part: Literal["quick", "full"]) -> set[int]:
    """Every seed from which a part may draw."""
    quick = part == "quick"
    return {
        first + offset
        for group in groups
        for condition in group.conditions
        for index in range(condition.quick if quick else condition.full)
        for first in (condition.first_seed(index, quick=quick),)
        for offset in range(SEEDS_PER_PICTURE)
    }
