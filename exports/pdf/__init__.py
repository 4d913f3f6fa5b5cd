"""From HTML to PDF/A: fonts that are known, bytes that are the same every time, limits that hold."""
