"""Sheets: what each step asks and each limit does, as a scenario for people to read, correct and keep."""
