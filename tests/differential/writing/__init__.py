"""Writes random programs: one class, a file for each of its subjects, each of which builds on the one before."""
