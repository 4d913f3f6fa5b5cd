"""The read side. Everything here can be deleted and rebuilt from the log."""
