"""The networks that this installation has: names, files and checksums from `models/registry.toml`.

The folder is the repository's `models/`, or its copy inside the installed package.
Left out: fetching anything.
"""

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from vision.errors import MissingWeightsError, NetworkChecksumError, UnknownNetworkError


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkEntry:
    """One registered network.

    Attributes:
        name: Its name, that of its folder.
        version: Version of its weights.
        file: Path of the ONNX file.
        sha256: Hexadecimal digest that the file must have.
        task: "detect" or "semantic".
        classes: Class names by index.
        licence: SPDX identifier of the weights' licence.
    """

    name: str
    version: str
    file: Path
    sha256: str
    task: str
    classes: tuple[str, ...]
    licence: str

    @property
    def identity(self) -> str:
        """Name, version and the beginning of the digest, for results: which weights said so."""
        return f"{self.name}@{self.version}+{self.sha256[:12]}"


def models_folder() -> Path:
    """Where the networks are: in an installed package beside its code, else in the repository."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "models"
    return installed if installed.is_dir() else package.parent / "models"


def registered_network(name: str, *, folder: Path | None = None) -> NetworkEntry:
    """Look a network up and check its file.

    Args:
        name: Its name.
        folder: A models folder; None for this installation's.

    Returns:
        The entry; its file is the registered one.

    Raises:
        UnknownNetworkError: The registry does not hold the name, or there is no registry.
        MissingWeightsError: The file is not there.
        NetworkChecksumError: The file is another one.
    """
    return _entry(name, folder or models_folder())


@cache
def _entry(name: str, folder: Path) -> NetworkEntry:
    registry = folder / "registry.toml"
    content = registry.read_text(encoding="utf-8") if registry.is_file() else ""
    networks = tomllib.loads(content).get("network", [])
    row = next((network for network in networks if network["name"] == name), None)
    if row is None:
        raise UnknownNetworkError(name, tuple(network["name"] for network in networks))
    path = folder / row["file"]
    if not path.is_file():
        raise MissingWeightsError(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != row["sha256"]:
        raise NetworkChecksumError(path, row["sha256"], digest)
    return NetworkEntry(
        name=name,
        version=row["version"],
        file=path,
        sha256=digest,
        task=row["task"],
        classes=tuple(row["classes"]),
        licence=row["licence"],
    )
