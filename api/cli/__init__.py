"""The command line: `tidui`. Exit 0 done, 1 refused or found wanting, 2 misused."""

from api.cli.app import main

__all__ = ["main"]
