"""The executor that the settings name, or why there is none."""

from pathlib import Path

import pytest

from api.engine import opening
from api.engine.local import LocalExecutor
from api.errors import InvalidSettingsError
from api.settings import Settings


def test_one_machine_needs_no_cluster(tmp_path: Path) -> None:
    executor = opening.open_executor(Settings(data_dir=tmp_path), kinds_place="api.jobs.kinds:declared_kinds")
    assert isinstance(executor, LocalExecutor)


def test_a_cluster_whose_package_is_missing_is_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "find_spec", lambda _name: None)
    settings = Settings(data_dir=tmp_path, job_engine="ray")
    with pytest.raises(
        InvalidSettingsError, match=r"HULLMARK_JOB_ENGINE: ray is not installed.*hullmark\[ray\]"
    ):
        opening.open_executor(settings, kinds_place="api.jobs.kinds:declared_kinds")
    assert not (tmp_path / "ray.token").exists()
