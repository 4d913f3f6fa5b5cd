"""Who read what: a log of its own beside the archive, with its own retention."""

from api.access.log import AccessLog, Act, Entry, Written

__all__ = ["AccessLog", "Act", "Entry", "Written"]
