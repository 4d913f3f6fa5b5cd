"""The write side: the plan, its rules, every event, and the archive that keeps them."""
