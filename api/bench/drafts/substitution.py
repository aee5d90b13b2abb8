"""Put another function in a function's place, wherever its package uses it, for the length of a run.

Source: the idea of unittest.mock.patch.object, written out, since the bench is no test.
Left out: several threads; the bench reads one footage after the other.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from api.pipelines.errors import PipelineError


class NothingToSubstituteError(PipelineError):
    """A part of the reader is not where the bench looks for it: the reader has changed and the bench has not.

    Attributes:
        module: Where it was looked for.
        name: Its name there.
    """

    def __init__(self, module: str, name: str) -> None:
        self.module = module
        self.name = name
        super().__init__(f"{module} has no {name}; accepted: a name of that module (see api/bench/drafts)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitution:
    """One replacement.

    Attributes:
        module: The module that defines what is replaced; all loaded modules of its package that took it from there
            see the replacement too.
        name: What is replaced.
        make: Gives the replacement for what stands there.
    """

    module: ModuleType
    name: str
    make: Callable[[Any], Any]


@contextmanager
def substituted(substitutions: Sequence[Substitution]) -> Iterator[None]:
    """Replace while the context lasts.

    Args:
        substitutions: What to replace, in this order; put back in the other.

    Raises:
        NothingToSubstituteError: A module lacks the name; nothing stays replaced.
    """
    with ExitStack() as stack:
        for one in substitutions:
            if not hasattr(one.module, one.name):
                raise NothingToSubstituteError(one.module.__name__, one.name)
            before = getattr(one.module, one.name)
            replacement = one.make(before)
            for module in _users(one.module, one.name, before):
                stack.callback(setattr, module, one.name, before)
                setattr(module, one.name, replacement)
        yield


def _users(defining: ModuleType, name: str, value: Any) -> list[ModuleType]:
    package = f"{defining.__name__.rpartition('.')[0]}."
    return [
        module
        for module_name, module in list(sys.modules.items())
        if module_name.startswith(package) and getattr(module, name, None) is value
    ]
