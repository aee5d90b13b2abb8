"""`hullmark bench`: the group of benches, one command each.

Source: docs/architecture.md, the commands.
Left out: what is measured, which is each bench's own module.
"""

import typer

from api.bench.api import api
from api.bench.characters import characters
from api.bench.reading import reading
from api.bench.survey import survey

bench = typer.Typer(
    name="bench",
    help="Measure the goals of the project on this machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@bench.callback()
def of_what() -> None:
    """Measure the goals of the project on this machine."""


bench.command("survey")(survey)
bench.command("reading")(reading)
bench.command("characters")(characters)
bench.command("api")(api)
