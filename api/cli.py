"""The command line: which commands there are, and how an error leaves the program.

Source: docs/architecture.md, the commands; exit code 2 for bad input, 1 for the rest.
Left out: what a command does. Each lives in the `command.py` of its room and is loaded when it is called.
"""

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

BAD_INPUT = 2
FAILED = 1

# An error of one of these families is about what was given, and its own words are all that a person needs.
# They are named and not imported: a family that was raised is loaded, and the others need not be.
BAD_INPUT_FAMILIES = frozenset(
    {
        "api.errors.inputs.InputError",
        "api.errors.starting.StartError",
        "api.client.errors.AccessError",
        "api.pipelines.errors.PipelineError",
        "api.surveys.case_errors.CaseError",
        "drone.errors.DroneError",
        "survey.errors.SurveyError",
        "vision.errors.VisionError",
    }
)
# These are not about the input, but their own words still say it all.
FAILURE_FAMILIES = frozenset(
    {
        "api.client.errors.ClientError",
        "api.demo.errors.DemoError",
        "api.errors.family.ApiError",
        "api.surveys.report.errors.ReportError",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Where a command is found, and the line that `--help` shows without loading it.

    Attributes:
        module: The module that holds it.
        attribute: A function with Typer annotations, or a `typer.Typer` for a group of commands.
        summary: One line.
    """

    module: str
    attribute: str
    summary: str


COMMANDS = {
    "serve": Command(
        module="api.serve",
        attribute="serve",
        summary="Run the service: web pages and API, and the job worker, until Ctrl+C.",
    ),
    "demo": Command(
        module="api.demo.command",
        attribute="demo",
        summary="Run the service with a demo port call, read and weighed for real.",
    ),
    "user": Command(
        module="api.auth.command",
        attribute="app",
        summary="People who may log in: add, list, disable, reset-password, token.",
    ),
    "worker": Command(
        module="api.jobs.command",
        attribute="worker",
        summary="Run one job worker on the data folder of a service.",
    ),
    "backup": Command(
        module="api.backup.command",
        attribute="backup",
        summary="Take a backup of database, stored files and keys while the service runs, or check one.",
    ),
    "restore": Command(
        module="api.backup.command",
        attribute="restore",
        summary="Restore a backup into an empty place, verified before it shows.",
    ),
    "storage": Command(
        module="api.retention.command",
        attribute="storage",
        summary="The stored files: how many by class, what goes next, and whether they are whole.",
    ),
    "read": Command(
        module="api.readings.command",
        attribute="read",
        summary="Read drafts (水尺) from videos and pictures, with their 95 % interval, or say why not.",
    ),
    "survey": Command(
        module="api.surveys.command",
        attribute="survey",
        summary="Draft survey (水尺计重) of a case: cargo weight, uncertainty, certificate, record sheet.",
    ),
    "telemetry": Command(
        module="api.flights.command",
        attribute="telemetry",
        summary="Read drone telemetry: positions, heights and camera angles against video time.",
    ),
    "dataset": Command(
        module="api.networks.command",
        attribute="dataset",
        summary="Render data sets from their descriptions; export labelled data for training elsewhere.",
    ),
    "train": Command(
        module="api.networks.command",
        attribute="train",
        summary="Train a network as its train.toml says (needs the extra [train]).",
    ),
    "evaluate": Command(
        module="api.networks.command",
        attribute="evaluate",
        summary="Judge a network: a checkpoint, an exported file, or the registered one by condition.",
    ),
    "export-model": Command(
        module="api.networks.command",
        attribute="export_model",
        summary="Write a checkpoint as the network's ONNX file and register it.",
    ),
    "records": Command(
        module="api.records.command",
        attribute="app",
        summary="Export records (监管记录), and verify them without the service.",
    ),
    "openapi": Command(
        module="api.openapi",
        attribute="write_document",
        summary="Write the OpenAPI document of the service, as JSON.",
    ),
    "bench": Command(
        module="api.bench.command",
        attribute="bench",
        summary="Measure the goals of the project on this machine.",
    ),
}


class LazyGroup(TyperGroup):
    """A group of commands that loads a command only when it is called."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Put the real command in the place of its one-line stand-in, then find it."""
        if args[0] in COMMANDS:
            self.add_command(loaded(COMMANDS[args[0]]), args[0])
        return super().resolve_command(ctx, args)


def loaded(command: Command) -> Any:
    """Import a command.

    Args:
        command: Where it is.

    Returns:
        The command as Typer runs it.
    """
    body: Callable[..., None] | typer.Typer = getattr(import_module(command.module), command.attribute)
    if isinstance(body, typer.Typer):
        return get_command(body)
    single = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    single.command()(body)
    return get_command(single)


app = typer.Typer(
    name="hullmark", cls=LazyGroup, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
for _name, _command in COMMANDS.items():
    app.command(_name, help=_command.summary)(lambda: None)


def _print_version(asked: bool) -> None:  # noqa: FBT001 (Typer calls it with the option's value)
    if asked:
        typer.echo(f"hullmark {version('hullmark')}")
        raise typer.Exit


@app.callback()
def hullmark(
    *,
    _version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Draft readings, cargo weights and supervision records from drone and quay footage."""


def is_of_family(error: BaseException, families: frozenset[str]) -> bool:
    """Whether an error belongs to one of some families.

    Args:
        error: Anything that a command raised.
        families: Full names of error classes, which need not be imported.

    Returns:
        True where the error's class, or one that it comes from, has such a name.
    """
    return any(f"{kind.__module__}.{kind.__qualname__}" in families for kind in type(error).__mro__)


def is_about_an_argument(error: BaseException, arguments: Sequence[str]) -> bool:
    """Whether an error is about a file that was named in the call, or about one below a folder that was.

    Args:
        error: Anything that a command raised.
        arguments: Of the call.

    Returns:
        True for what the operating system says of such a file.

    >>> is_about_an_argument(FileNotFoundError(2, "No such file", "sets/a/dataset.toml"), ["build", "sets/a"])
    True
    """
    if not isinstance(error, OSError) or not isinstance(error.filename, str | bytes):
        return False
    path = Path(os.fsdecode(error.filename))
    return any(path.is_relative_to(argument) for argument in arguments if argument not in {"", "."})


def _words_of(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename is not None and error.strerror:
        return f"{os.fsdecode(error.filename)}: {error.strerror}"
    return " ".join(str(error).split())


def main() -> None:
    """Run the command line; an error leaves as one line on standard error and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A ship's name must come out on every terminal, and a broken file name must not break the message.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app()
    except Exception as error:  # noqa: BLE001 (the outermost frame: a person sees a sentence, not a stack trace)
        bad_input = is_of_family(error, BAD_INPUT_FAMILIES) or is_about_an_argument(error, sys.argv[1:])
        words = _words_of(error)
        if not bad_input and not is_of_family(error, FAILURE_FAMILIES):
            words = f"unexpected {type(error).__name__}: {words}"
        typer.echo(f"hullmark: {words}", err=True)
        sys.exit(BAD_INPUT if bad_input else FAILED)


if __name__ == "__main__":
    main()
