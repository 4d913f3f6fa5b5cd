"""Documents out of views: what a committee puts on the table, and what another program reads."""
