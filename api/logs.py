"""Structured logs of every process: one line an event, with the request or job it belongs to.

Source: structlog's standard-library integration, so that the web server and the database speak the same way.
Left out: files and rotation, which belong to whoever starts the service.
"""

import logging
import sys

import structlog
from structlog.typing import Processor

from api.settings import Settings


def configure_logs(settings: Settings, *, process: str) -> None:
    """Send every log of this process to stderr in the form that the settings name.

    Args:
        settings: level and form.
        process: web, worker or supervisor; stands in every line.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=_ending(settings.log_format))
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level.upper())
    # Alembic tells at level INFO what it does at every start, uvicorn repeats what the request line says.
    for name in ("alembic", "uvicorn.access"):
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.contextvars.bind_contextvars(process=process)


def _ending(log_format: str) -> list[Processor]:
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if log_format == "console":
        # Without the plain form, local variables, and with them request bodies, would stand in the trace.
        plain = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
        return [remove, plain]
    return [
        remove,
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
