"""What may be done in the service, and which role may do it: the one table of rights.

Source: the six roles of the records page; separation of duties after ISO/IEC 27002, 5.3.
Left out: who is asking, and from which site (`api.auth.access`).
"""

from enum import StrEnum
from typing import Literal

Role = Literal["field", "control_room", "weigher", "reviewer", "auditor", "admin"]


class Permission(StrEnum):
    """One right. A route names the one that it needs."""

    PORT_CALLS_READ = "port_calls:read"
    PORT_CALLS_WRITE = "port_calls:write"
    VESSELS_READ = "vessels:read"
    VESSELS_WRITE = "vessels:write"
    FLIGHTS_READ = "flights:read"
    FLIGHTS_UPLOAD = "flights:upload"
    READINGS_READ = "readings:read"
    READINGS_WRITE = "readings:write"
    SURVEYS_READ = "surveys:read"
    SURVEYS_WRITE = "surveys:write"
    SURVEYS_REVIEW = "surveys:review"
    CARGO_WRITE = "cargo:write"
    CAMERAS_WATCH = "cameras:watch"
    CAMERAS_MANAGE = "cameras:manage"
    ZONES_WRITE = "zones:write"
    EVENTS_READ = "events:read"
    EVENTS_HANDLE = "events:handle"
    JOBS_READ = "jobs:read"
    JOBS_CONTROL = "jobs:control"
    RECORDS_READ = "records:read"
    RECORDS_VERIFY = "records:verify"
    RECORDS_EXPORT = "records:export"
    SEARCH = "search"
    PEOPLE_MANAGE = "people:manage"
    DELIVERY_MANAGE = "delivery:manage"
    MODELS_MANAGE = "models:manage"
    STORAGE_MANAGE = "storage:manage"
