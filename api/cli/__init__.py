"""The command line: `tidui`. Exit 0 done, 1 refused or found wanting, 2 misused."""
