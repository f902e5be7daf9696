"""Spean runs the life of a protection case from declarative protocols."""
