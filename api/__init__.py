"""Every way in: HTTP, pages, the command line, and the access log."""
