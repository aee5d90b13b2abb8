"""What may be done in the service, and which role may do it: the one table of rights.

Source: the six roles of the records page; separation of duties after ISO/IEC 27002, 5.3.
Left out: who is asking, and from which site (`api.auth.access`).
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
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
    ACCOUNT_OWN = "account:own"
    MODELS_MANAGE = "models:manage"
    STORAGE_MANAGE = "storage:manage"


_P = Permission
_READS_WORK = frozenset(
    {
        _P.PORT_CALLS_READ,
        _P.VESSELS_READ,
        _P.FLIGHTS_READ,
        _P.READINGS_READ,
        _P.SURVEYS_READ,
        _P.EVENTS_READ,
        _P.JOBS_READ,
        _P.RECORDS_READ,
        _P.SEARCH,
        _P.ACCOUNT_OWN,
    }
)
PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        "field": frozenset({_P.PORT_CALLS_READ, _P.FLIGHTS_READ, _P.FLIGHTS_UPLOAD, _P.ACCOUNT_OWN}),
        "control_room": _READS_WORK | {_P.CAMERAS_WATCH, _P.ZONES_WRITE, _P.EVENTS_HANDLE},
        "weigher": _READS_WORK
        | {
            _P.PORT_CALLS_WRITE,
            _P.VESSELS_WRITE,
            _P.FLIGHTS_UPLOAD,
            _P.READINGS_WRITE,
            _P.SURVEYS_WRITE,
            _P.CARGO_WRITE,
            _P.JOBS_CONTROL,
            _P.RECORDS_VERIFY,
        },
        "reviewer": _READS_WORK | {_P.SURVEYS_REVIEW, _P.RECORDS_VERIFY},
        "auditor": _READS_WORK | {_P.CAMERAS_WATCH, _P.RECORDS_VERIFY, _P.RECORDS_EXPORT},
        "admin": frozenset(
            {
                _P.PORT_CALLS_READ,
                _P.JOBS_READ,
                _P.JOBS_CONTROL,
                _P.CAMERAS_MANAGE,
                _P.PEOPLE_MANAGE,
                _P.DELIVERY_MANAGE,
                _P.MODELS_MANAGE,
                _P.STORAGE_MANAGE,
                _P.ACCOUNT_OWN,
            }
        ),
    }
)
"""Nobody may alter a record, and the admin neither readings nor surveys: no role has such a right."""
