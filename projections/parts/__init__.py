"""The parts of a dossier (D1), a file each. Every field is a value with its label and the event it comes from."""
