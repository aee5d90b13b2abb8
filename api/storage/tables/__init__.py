"""Every table of the service, one module a noun, gathered here so that the metadata is complete.

Source: the nouns of the architecture page. Times are UTC, identifiers UUIDv7, files named by their SHA-256.
Left out: queries (`repository.py` of each noun) and what crosses HTTP (`schemas.py` of each noun).
"""

from api.storage.tables.base import Sha256, Table, UtcDateTime, new_id, utc_now
from api.storage.tables.flights import Flight, Footage, InterruptedUpload
from api.storage.tables.jobs import Job, Worker
from api.storage.tables.portcalls import Milestone, PortCall, StageInputs
from api.storage.tables.readings import EvidenceFile, Reading
from api.storage.tables.records import Record
from api.storage.tables.surveys import Survey
from api.storage.tables.vessels import HydrostaticTable, Vessel

__all__ = [
    "EvidenceFile",
    "Flight",
    "Footage",
    "HydrostaticTable",
    "InterruptedUpload",
    "Job",
    "Milestone",
    "PortCall",
    "Reading",
    "Record",
    "Sha256",
    "StageInputs",
    "Survey",
    "Table",
    "UtcDateTime",
    "Vessel",
    "Worker",
    "new_id",
    "utc_now",
]
