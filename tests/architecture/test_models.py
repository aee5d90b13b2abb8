"""Every registered network is there, is the registered file, has its card, and is small enough to be committed."""

import hashlib
import tomllib

import pytest
from shared_data import REPOSITORY

from vision.training.train import load_training

MODELS = REPOSITORY / "models"
REGISTERED = tomllib.loads((MODELS / "registry.toml").read_text(encoding="utf-8"))["network"]
LARGEST_BYTES = 12 * 1024 * 1024


@pytest.mark.parametrize("network", REGISTERED, ids=lambda network: str(network["name"]))
def test_a_network_is_what_the_registry_says(network: dict[str, str]) -> None:
    content = (MODELS / network["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == network["sha256"]
    assert len(content) <= LARGEST_BYTES


@pytest.mark.parametrize("network", REGISTERED, ids=lambda network: str(network["name"]))
def test_a_network_has_its_card_and_its_training(network: dict[str, str]) -> None:
    folder = MODELS / network["name"]
    card = (folder / "card.md").read_text(encoding="utf-8")
    assert network["sha256"] in card
    assert network["licence"] in card
    assert load_training(folder / "train.toml").name == network["name"]
