"""Scenarios: stories that the protocols must live through, told in YAML and run in virtual time."""
