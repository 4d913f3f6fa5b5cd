"""What stands in the files that people keep in Excel and WPS, read as it stands or refused by cell."""
