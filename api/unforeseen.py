"""What the log tells of an error that nobody thought of."""

import traceback


def place(error: Exception) -> dict[str, str]:
    """Where it happened, and never what it said: a message may quote a person's data."""
    frames = traceback.extract_tb(error.__traceback__)[-5:]
    return {"kind": type(error).__name__, "at": " < ".join(f"{f.name}:{f.lineno}" for f in reversed(frames))}
