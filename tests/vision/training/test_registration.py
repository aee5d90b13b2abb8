"""Entering a digest into a registry: only its own line changes, and what is no registry is refused."""

from pathlib import Path

import pytest

from vision.errors import RegistryError, UnknownNetworkError
from vision.training.registration import register_digest, require_registered

NEW = "d" * 64
TWO_WITHOUT_DIGESTS = """[[network]]
name = "marks"
sha256 = ""

[[network]]
name = "water"
sha256 = ""  # not trained yet
"""


def registry(tmp_path: Path, content: str) -> Path:
    path = tmp_path / "registry.toml"
    path.write_text(content, encoding="utf-8")
    return path


def test_of_two_equal_digests_only_the_network_s_own_is_replaced(tmp_path: Path) -> None:
    path = registry(tmp_path, TWO_WITHOUT_DIGESTS)
    register_digest(path, "water", NEW)
    head, tail = TWO_WITHOUT_DIGESTS.rsplit('""', 1)
    assert path.read_text(encoding="utf-8") == f'{head}"{NEW}"{tail}'
    assert [found.name for found in tmp_path.iterdir()] == ["registry.toml"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("[[network]\n", "is no TOML"),
        ('[[network]]\nname = "marks"\n', "marks has no line"),
        ('network = [{ name = "marks", sha256 = "" }]\n', "not every network is a table of its own"),
    ],
)
def test_what_takes_no_digest_is_refused(tmp_path: Path, content: str, problem: str) -> None:
    with pytest.raises(RegistryError, match=problem):
        require_registered(registry(tmp_path, content), "marks")


def test_no_registry_knows_no_network(tmp_path: Path) -> None:
    with pytest.raises(UnknownNetworkError, match="registered: none"):
        require_registered(tmp_path / "registry.toml", "marks")
