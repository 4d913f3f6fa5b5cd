"""Whether the history conforms to the plan: every record decided again by the rules that decide what is recorded."""
