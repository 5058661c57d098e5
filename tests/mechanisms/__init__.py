"""Tests of the phases, one file a phase."""
