"""The house keeps its shape: rooms without Python, directions of imports, a light web process."""

import subprocess
import sys
import tomllib

from shared_data import REPOSITORY

PACKAGES = ("api", "drone", "survey", "vision")


def test_models_and_datasets_hold_no_python() -> None:
    found = [path for room in ("models", "datasets") for path in (REPOSITORY / room).rglob("*.py")]
    assert found == []


def test_no_folder_is_a_dumping_ground() -> None:
    banned = {"utils", "common", "helpers", "core"}
    named = {path.stem for package in PACKAGES for path in (REPOSITORY / package).rglob("*")}
    assert named & banned == set()


def test_every_module_opens_with_what_source_and_what_is_left_out() -> None:
    silent = []
    for package in PACKAGES:
        for path in (REPOSITORY / package).rglob("*.py"):
            if path.name in {"__init__.py", "errors.py"} or "versions" in path.parts:
                continue
            if "Left out" not in path.read_text(encoding="utf-8")[:1500]:
                silent.append(str(path.relative_to(REPOSITORY)))
    assert silent == []


def test_survey_imports_the_standard_library_only() -> None:
    allowed = {*sys.stdlib_module_names, "survey"}
    code = (
        "import sys, pkgutil, importlib, survey; "
        "[importlib.import_module(m.name) for m in pkgutil.walk_packages(survey.__path__, 'survey.')]; "
        "print(' '.join(sorted({n.split('.')[0] for n in sys.modules})))"
    )
    answer = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    foreign = {name for name in answer.stdout.split() if name not in allowed and not name.startswith("_")}
    assert foreign == set()


def test_the_web_process_starts_without_seeing() -> None:
    code = "import sys, api.app; print([m for m in ('cv2', 'openvino', 'torch', 'vision', 'av') if m in sys.modules])"
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"


def test_the_base_install_names_no_torch() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    base = " ".join(project["dependencies"])
    assert "torch" not in base
    assert "ultralytics" not in base
    extras = {"train", "ray", "postgres", "s3", "bench", "dev", "fuzz", "audit"}
    assert set(project["optional-dependencies"]) == extras


def test_contracts_of_imports_are_kept() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout
