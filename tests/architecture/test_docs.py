"""The documentation is held to what is there: links lead somewhere, commands exist, the README's examples run."""

import ast
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from shared_data import REPOSITORY
from typer.core import TyperGroup
from typer.main import get_command

from api.cli import COMMANDS, app, loaded

PAGES = sorted(
    path
    for path in REPOSITORY.rglob("*.md")
    if not {".venv", "runs", "build", "dist", "node_modules"} & set(path.relative_to(REPOSITORY).parts)
)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
COMMAND = re.compile(r"^\s*hullmark .*$", re.MULTILINE)
PACKAGES = ("api", "drone", "survey", "vision")
READMES = ("README.md", "README.zh-CN.md")


def page_id(path: Path) -> str:
    return str(path.relative_to(REPOSITORY))


def commands_of(path: Path) -> list[list[str]]:
    text = path.read_text(encoding="utf-8")
    return [shlex.split(line, comments=True)[1:] for line in COMMAND.findall(text)]


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_links_and_pictures_lead_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    local = [target for target in targets if "://" not in target and not target.startswith("mailto:")]
    assert [target for target in local if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", [page for page in PAGES if commands_of(page)], ids=page_id)
def test_every_command_that_is_written_down_exists_with_its_options(page: Path) -> None:
    for words in commands_of(page):
        assert words[0] in COMMANDS, words
        command = loaded(COMMANDS[words[0]])
        if isinstance(command, TyperGroup):
            assert words[1] in command.commands, words
            command = command.commands[words[1]]
        known = {name for parameter in command.params for name in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known, words


def test_the_readmes_name_make_targets_that_exist() -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    for readme in READMES:
        for target in re.findall(
            r"^\s*make ([a-z-]+)", (REPOSITORY / readme).read_text(encoding="utf-8"), re.MULTILINE
        ):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize("readme", READMES)
def test_the_readmes_examples_run(readme: str, tmp_path: Path) -> None:
    """They are run in a copy of the places they name, so that what they write stays out of the repository."""
    (tmp_path / "datasets").symlink_to(REPOSITORY / "datasets")
    (tmp_path / "docs").symlink_to(REPOSITORY / "docs")
    examples = [words for words in commands_of(REPOSITORY / readme) if words[0] != "serve"]
    assert len(examples) >= 3
    for words in examples:
        done = subprocess.run(
            [sys.executable, "-m", "api.cli", *words],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (words, done.stderr)
    assert (tmp_path / "runs" / "v_hull.pdf").read_bytes().startswith(b"%PDF-")
    assert list((tmp_path / "runs" / "evidence").rglob("nearest.jpg")) != []


def module_docstrings() -> dict[str, str]:
    modules = [path for package in PACKAGES for path in (REPOSITORY / package).rglob("*.py")]
    parsed = {
        page_id(path): ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) for path in modules
    }
    return {name: text for name, text in parsed.items() if text}


def test_every_source_that_a_module_cites_is_listed() -> None:
    listed = set(
        re.findall(
            r"^\| `(\w+)` \|", (REPOSITORY / "docs/sources.md").read_text(encoding="utf-8"), re.MULTILINE
        )
    )
    cited = {
        (name, key)
        for name, text in module_docstrings().items()
        for key in re.findall(r"\[([A-Z]\w+)\]", text)
    }
    assert len(cited) > 10
    assert {(name, key) for name, key in cited if key not in listed} == set()


def test_every_page_that_a_module_names_exists() -> None:
    named = {
        (name, page)
        for name, text in module_docstrings().items()
        for page in re.findall(r"docs/[\w/-]+\.md", text)
    }
    assert {(name, page) for name, page in named if not (REPOSITORY / page).is_file()} == set()


def test_the_help_lists_what_the_architecture_says() -> None:
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    assert set(group.commands) == set(COMMANDS)
