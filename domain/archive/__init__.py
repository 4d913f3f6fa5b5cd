"""The append-only archive. Nothing outside this folder knows the eventsourcing library or the database."""

from domain.archive.evidence import EvidenceStore
from domain.archive.log import Conflict, Log, Receipt, StoredLog
from domain.archive.placement import Displaced

__all__ = ["Conflict", "Displaced", "EvidenceStore", "Log", "Receipt", "StoredLog"]
