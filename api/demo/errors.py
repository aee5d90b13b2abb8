"""Errors of the demo.

Source: Hullmark's own rule that an error says what happened in one sentence.
Left out: the service's errors, whose words are passed on.

    DemoError
    ├── DemoDataMissingError     the demo's files are not in this installation
    └── DemoFailedError          the service refused a step, or did not start
"""

from pathlib import Path


class DemoError(Exception):
    """The demo could not be shown."""


class DemoDataMissingError(DemoError):
    """The demo's files are not in this installation."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(f"there is no demo port in {folder}; the repository has it in datasets/demo-port")


class DemoFailedError(DemoError):
    """The service refused a step, or did not start."""
