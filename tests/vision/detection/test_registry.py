"""The registry: what an entry says, and every way in which it does not hold."""

import hashlib
from pathlib import Path

import pytest
from shared_data import REPOSITORY

from vision.detection import registry
from vision.detection.registry import models_folder, registered_network
from vision.errors import MissingWeightsError, NetworkChecksumError, UnknownNetworkError

CONTENT = b"not really a network"
DIGEST = hashlib.sha256(CONTENT).hexdigest()
ENTRY = """
[[network]]
name = "{name}"
version = "3"
file = "{name}/weights.onnx"
sha256 = "{digest}"
task = "detect"
classes = ["0", "1"]
licence = "AGPL-3.0-or-later"
"""


def folder_of(path: Path, *, digest: str = DIGEST, content: bytes | None = CONTENT) -> Path:
    (path / "marks").mkdir()
    (path / "registry.toml").write_text(ENTRY.format(name="marks", digest=digest), encoding="utf-8")
    if content is not None:
        (path / "marks" / "weights.onnx").write_bytes(content)
    return path


def test_an_entry_says_which_weights_these_are(tmp_path: Path) -> None:
    entry = registered_network("marks", folder=folder_of(tmp_path))

    assert (entry.name, entry.version, entry.task, entry.classes) == ("marks", "3", "detect", ("0", "1"))
    assert entry.file.read_bytes() == CONTENT
    assert entry.identity == f"marks@3+{DIGEST[:12]}"
    assert entry.licence == "AGPL-3.0-or-later"


def test_a_file_of_another_checksum_is_refused(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, content=CONTENT + b".")
    with pytest.raises(NetworkChecksumError, match="the registry says") as refused:
        registered_network("marks", folder=folder)
    assert refused.value.expected == DIGEST
    assert refused.value.found == hashlib.sha256(CONTENT + b".").hexdigest()
    assert refused.value.path == folder / "marks" / "weights.onnx"


def test_a_file_that_was_mended_is_taken(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, content=b"torn")
    with pytest.raises(NetworkChecksumError):
        registered_network("marks", folder=folder)
    (folder / "marks" / "weights.onnx").write_bytes(CONTENT)
    assert registered_network("marks", folder=folder).sha256 == DIGEST


def test_an_unknown_name_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UnknownNetworkError, match="no network 'hulls'; registered: marks") as refused:
        registered_network("hulls", folder=folder_of(tmp_path))
    assert refused.value.known == ("marks",)


def test_a_registered_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, content=None)
    with pytest.raises(MissingWeightsError, match=r"marks/weights\.onnx is not there") as refused:
        registered_network("marks", folder=folder)
    assert refused.value.path == folder / "marks" / "weights.onnx"


@pytest.mark.parametrize("content", [None, "", "# nothing yet\n"], ids=["absent", "empty", "remark"])
def test_a_folder_without_entries_has_no_networks(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "registry.toml").write_text(content, encoding="utf-8")
    with pytest.raises(UnknownNetworkError, match="registered: none"):
        registered_network("marks", folder=tmp_path)


def test_an_installed_package_has_its_own_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert models_folder() == REPOSITORY / "models"
    package = tmp_path / "vision"
    (package / "detection").mkdir(parents=True)
    monkeypatch.setattr(registry, "__file__", str(package / "detection" / "registry.py"))
    assert models_folder() == tmp_path / "models"
    (package / "models").mkdir()
    assert models_folder() == package / "models"


@pytest.mark.parametrize(("name", "task"), [("draft-numerals", "detect"), ("draft-water", "semantic")])
def test_the_readers_networks_are_registered(name: str, task: str) -> None:
    entry = registered_network(name)
    assert entry.task == task
    assert set("0123456789M") <= set(entry.classes) or entry.classes == ("hull", "water")
