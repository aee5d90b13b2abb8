"""The digest of a newly exported network in `models/registry.toml`, every other line left as it is.

Source: the registry's form is that which `vision.detection.registry` reads.
Left out: new entries; a person writes one with its version, classes and licence, and an empty digest.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

from vision.errors import RegistryError, UnknownNetworkError

_ENTRY = "[[network]]"
_DIGEST = re.compile(r'^(sha256\s*=\s*)"[^"]*"', re.MULTILINE)


def require_registered(registry: Path, name: str) -> None:
    """Make sure that a digest could be entered, before anything is written.

    Args:
        registry: The file.
        name: The network's name.

    Raises:
        UnknownNetworkError: No entry has the name, or there is no registry.
        RegistryError: The file is no registry, or the entry has no line for a digest.
    """
    _with_digest(registry, name, "0" * 64)


def register_digest(registry: Path, name: str, digest: str) -> None:
    """Replace the digest of one network.

    Args:
        registry: The file.
        name: The network's name.
        digest: SHA-256 of its new file, in hexadecimal.

    Raises:
        UnknownNetworkError: No entry has the name, or there is no registry.
        RegistryError: The file is no registry, or the entry has no line for a digest.
    """
    content = _with_digest(registry, name, digest)
    part = registry.with_suffix(".part")
    part.write_text(content, encoding="utf-8")
    part.replace(registry)


def _with_digest(registry: Path, name: str, digest: str) -> str:
    if not registry.is_file():
        raise UnknownNetworkError(name, ())
    content = registry.read_text(encoding="utf-8")
    names = [entry.get("name", "") for entry in _entries(registry, content)]
    if name not in names:
        raise UnknownNetworkError(name, tuple(names))
    head, *blocks = content.split(_ENTRY)
    if len(blocks) != len(names):
        raise RegistryError(registry, f"not every network is a table of its own under {_ENTRY}")
    place = names.index(name)
    blocks[place], replaced = _DIGEST.subn(rf'\g<1>"{digest}"', blocks[place], count=1)
    if not replaced:
        raise RegistryError(registry, f'{name} has no line `sha256 = "..."`')
    return _ENTRY.join([head, *blocks])


def _entries(registry: Path, content: str) -> list[dict[str, Any]]:
    try:
        entries: list[dict[str, Any]] = tomllib.loads(content).get("network", [])
    except tomllib.TOMLDecodeError as error:
        raise RegistryError(registry, f"is no TOML: {error}") from error
    return entries
