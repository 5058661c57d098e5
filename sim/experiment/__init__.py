"""Experiment files: what is varied about a scenario, by which design, and what is looked at."""
