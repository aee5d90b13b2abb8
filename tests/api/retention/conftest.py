"""The store and its database without the web process; a test that asks for a client has one on the same folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from opened_data import migrated_file, opened

from api.routing import Resources
from api.settings import Settings

__all__ = ["migrated_file"]


@pytest.fixture
def resources(settings: Settings, migrated_file: Path) -> Iterator[Resources]:
    with opened(settings, migrated_file) as resources:
        yield resources
