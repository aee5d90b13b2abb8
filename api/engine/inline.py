"""Does steps in the calling process and thread: for what is short and sound, and for looking into a step.

Source: `api.engine.orders.Executor`.
Left out: ending a step from outside; it notices at its next report of progress that it is no longer wanted.
"""

from collections.abc import Callable, Mapping

from api.engine.orders import StepOrder
from api.jobs.kinds import StepContext, StepFunction, StepResult


class InlineExecutor:
    """Calls the functions of the steps.

    Args:
        functions: of every step by kind of job and name.
    """

    def __init__(self, functions: Mapping[str, Mapping[str, StepFunction]]) -> None:
        self._functions = functions

    def run(self, order: StepOrder, look: Callable[[float | None], None]) -> StepResult:
        """Do one step; raises what it raises, and what `look` raises where it reports progress."""
        look(None)
        context = StepContext(job=order.job, results=order.results, report_progress=look)
        return self._functions[order.job.kind][order.step](context)

    def close(self) -> None:
        """Nothing is held."""
