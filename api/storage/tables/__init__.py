"""Every table of the service, one module a noun, gathered here so that the metadata is complete.

Source: the nouns of the architecture page. Times are UTC, identifiers UUIDv7, files named by their SHA-256.
Left out: queries (`repository.py` of each noun) and what crosses HTTP (`schemas.py` of each noun).
"""

from api.storage.tables.api_state import KeptAnswer
from api.storage.tables.base import Sha256, Table, UtcDateTime, new_id, utc_now
from api.storage.tables.cargo import (
    CargoDocument,
    CargoFact,
    CargoLot,
    CargoScale,
    CargoSeal,
    LabFinding,
    Party,
    StorageReceipt,
    Transfer,
    TransferBatch,
)
from api.storage.tables.checkpoints import Checkpoint
from api.storage.tables.delivery import DeadLetter, DeliveryAttempt, Subscription
from api.storage.tables.flights import Flight, Footage, InterruptedUpload
from api.storage.tables.jobs import Job, JobClock, JobStep, PeriodicTurn, Worker
from api.storage.tables.people import (
    DEFAULT_SITE_ID,
    AccessToken,
    LoginFailures,
    LoginSession,
    Person,
    PersonSite,
    Site,
    SurveySignature,
)
from api.storage.tables.portcalls import Milestone, PortCall, StageInputs
from api.storage.tables.readings import EvidenceFile, Reading
from api.storage.tables.records import Record
from api.storage.tables.retention import EvidenceHold, FileDeletion, StorageNote, StoredFile
from api.storage.tables.search import SearchEntry
from api.storage.tables.surveys import Survey
from api.storage.tables.vessels import HydrostaticTable, Vessel

__all__ = [
    "DEFAULT_SITE_ID",
    "AccessToken",
    "CargoDocument",
    "CargoFact",
    "CargoLot",
    "CargoScale",
    "CargoSeal",
    "Checkpoint",
    "DeadLetter",
    "DeliveryAttempt",
    "EvidenceFile",
    "EvidenceHold",
    "FileDeletion",
    "Flight",
    "Footage",
    "HydrostaticTable",
    "InterruptedUpload",
    "Job",
    "JobClock",
    "JobStep",
    "KeptAnswer",
    "LabFinding",
    "LoginFailures",
    "LoginSession",
    "Milestone",
    "Party",
    "PeriodicTurn",
    "Person",
    "PersonSite",
    "PortCall",
    "Reading",
    "Record",
    "SearchEntry",
    "Sha256",
    "Site",
    "StageInputs",
    "StorageNote",
    "StorageReceipt",
    "StoredFile",
    "Subscription",
    "Survey",
    "SurveySignature",
    "Table",
    "Transfer",
    "TransferBatch",
    "UtcDateTime",
    "Vessel",
    "Worker",
    "new_id",
    "utc_now",
]
