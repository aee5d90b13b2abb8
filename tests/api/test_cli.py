"""The command line from outside: what is loaded when, and how an error leaves."""

import subprocess
import sys
from importlib import import_module
from types import ModuleType

import pytest

from api import cli
from api.cli import (
    BAD_INPUT_FAMILIES,
    COMMANDS,
    FAILURE_FAMILIES,
    Command,
    is_about_an_argument,
    is_of_family,
    loaded,
    main,
)
from api.surveys.report.errors import TypesettingError
from survey.errors import OutsideHydrostaticTableError

HEAVY = (
    "cv2",
    "openvino",
    "torch",
    "typst",
    "openpyxl",
    "sqlalchemy",
    "fastapi",
    "survey",
    "vision",
    "drone",
)


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["hullmark", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    code = ended.value.code
    assert isinstance(code, int)
    return code


def test_help_lists_every_command_and_loads_none() -> None:
    listing = (
        "import sys; from api.cli import app\n"
        "try: app(['--help'])\n"
        f"except SystemExit: print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", listing], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert all(f" {name} " in done.stdout for name in COMMANDS)


def test_the_version_is_that_of_the_package(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--version") == 0
    assert capsys.readouterr().out.startswith("hullmark 0.")


def test_without_a_command_the_help_is_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch) == 2
    shown = capsys.readouterr()
    assert "Usage" in shown.out + shown.err


@pytest.mark.parametrize(
    "arguments", [("surve",), ("survey",), ("survey", "a.json", "--pages", "2"), ("--port",)]
)
def test_a_wrong_call_ends_with_2_and_nothing_on_standard_output(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert run(monkeypatch, *arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "Usage" in shown.err


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_listed_command_exists_and_explains_itself(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert loaded(COMMANDS[name]) is not None
    assert run(monkeypatch, name, "--help") == 0
    assert "Usage" in capsys.readouterr().out


def command_raising(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def broken() -> None:
        raise error

    room = ModuleType("room_of_a_test")
    room.broken = broken  # type: ignore[attr-defined] # a module is made by hand here
    monkeypatch.setitem(sys.modules, "room_of_a_test", room)
    command = Command(module="room_of_a_test", attribute="broken", summary="Breaks.")
    monkeypatch.setitem(cli.COMMANDS, "survey", command)


def test_an_unexpected_error_ends_with_1_in_one_line_without_a_stack_trace(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command_raising(monkeypatch, ZeroDivisionError("division by zero"))
    assert run(monkeypatch, "survey") == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == "hullmark: unexpected ZeroDivisionError: division by zero\n"


def test_what_the_system_says_of_a_file_in_the_call_is_about_the_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # The one argument of this call is the command's name.
    command_raising(monkeypatch, PermissionError(13, "Permission denied", "survey/case.json"))
    assert run(monkeypatch, "survey") == 2
    assert capsys.readouterr().err == "hullmark: survey/case.json: Permission denied\n"


def test_what_the_system_says_of_any_other_file_is_a_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command_raising(monkeypatch, PermissionError(13, "Permission denied", "/var/log/x"))
    assert run(monkeypatch, "survey") == 1
    assert capsys.readouterr().err == "hullmark: unexpected PermissionError: /var/log/x: Permission denied\n"


@pytest.mark.parametrize(
    ("argument", "about"),
    [("sets/a", True), ("./sets/a/", True), ("sets/b", False), ("", False), (".", False)],
)
def test_a_file_below_a_folder_of_the_call_is_about_the_call(argument: str, *, about: bool) -> None:
    error = FileNotFoundError(2, "No such file or directory", "sets/a/dataset.toml")
    assert is_about_an_argument(error, ["build", argument]) is about


def test_an_error_about_the_input_ends_with_2_in_its_own_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command_raising(monkeypatch, OutsideHydrostaticTableError(20.0, 5.0, 14.0))
    assert run(monkeypatch, "survey") == 2
    shown = capsys.readouterr()
    assert "drafts from 5 m to 14 m are covered" in shown.err
    assert "Traceback" not in shown.err


def test_a_failure_that_explains_itself_ends_with_1_in_its_own_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command_raising(monkeypatch, TypesettingError("certificate.typ", "no such glyph"))
    assert run(monkeypatch, "survey") == 1
    assert capsys.readouterr().err == "hullmark: certificate.typ could not be set: no such glyph\n"


def test_the_named_families_exist_where_their_room_is_there() -> None:
    for family in BAD_INPUT_FAMILIES | FAILURE_FAMILIES:
        module, _dot, name = family.rpartition(".")
        assert issubclass(getattr(import_module(module), name), Exception)


def test_an_error_of_no_family_is_not_about_the_input() -> None:
    assert not is_of_family(ValueError("5"), BAD_INPUT_FAMILIES | FAILURE_FAMILIES)
