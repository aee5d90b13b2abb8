"""Evidence: the settings page, and faults of an operator's environment."""

import re

import pytest
from shared_data import REPOSITORY

from api.errors import InvalidSettingsError
from api.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in Settings.model_fields:
        monkeypatch.delenv(f"HULLMARK_{field.upper()}", raising=False)


def test_every_setting_is_documented_with_its_default() -> None:
    page = (REPOSITORY / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `HULLMARK_(\w+)` \| `([^`]*)`", page, flags=re.MULTILINE))
    defaults = Settings()
    expected = {name.upper(): getattr(defaults, name) for name in Settings.model_fields}
    assert rows.keys() == expected.keys()
    for name, value in expected.items():
        shown = ",".join(value) if isinstance(value, tuple) else str(value)
        assert rows[name].lower() == shown.lower(), name


def test_a_misspelt_setting_is_named_with_its_nearest_neighbour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HULLMARK_PROT", "8001")
    with pytest.raises(
        InvalidSettingsError, match=r"HULLMARK_PROT: is no setting; did you mean HULLMARK_PORT\?"
    ):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "0"), ("PORT", "65536"), ("PORT", "http"), ("BUSY_TIMEOUT_S", "nan"), ("LOG_LEVEL", "loud")],
)
def test_a_value_outside_is_refused_by_the_name_of_its_variable(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"HULLMARK_{name}", value)
    with pytest.raises(InvalidSettingsError, match=f"HULLMARK_{name}: .*, not '{value}'"):
        load_settings()


def test_what_is_given_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HULLMARK_PORT", "9000")
    assert load_settings().port == 9000
    assert load_settings(port=9001).port == 9001


def test_host_names_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HULLMARK_ALLOWED_HOSTS", "Port.Example, 127.0.0.1")
    assert load_settings().allowed_hosts == ("port.example", "127.0.0.1")
