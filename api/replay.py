"""Replaying an archive: every event read again and validated, the views made anew beside the ones in use."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from api.main import App
from projections.runner import Runner


def replay(opened: App) -> dict[str, Any]:
    """Rebuild the table of facts from nothing in a temporary folder and compare. Raises Broken on a bad event."""
    with tempfile.TemporaryDirectory() as folder:
        afresh = Runner(Path(folder) / "views.sqlite", opened.log)
        events = afresh.catch_up()
        digest = afresh.digest()
        afresh.close()
    opened.views.runner.catch_up()
    return {"events": events, "digest": digest, "same": digest == opened.views.runner.digest()}
