"""The append-only archive. Nothing outside this folder knows the eventsourcing library or the database."""

from domain.archive.evidence import EvidenceStore
from domain.archive.log import Conflict, Log, Receipt, StoredLog

__all__ = ["Conflict", "EvidenceStore", "Log", "Receipt", "StoredLog"]
