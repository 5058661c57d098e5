"""Tests of sim.scenario; a package, so that its modules may share names with other rooms' tests."""
