"""Sweeps: an experiment's points played in batches, written as they come, and resumed.

`plan` reads and checks an experiment, `run` plays it into a folder, and `read` opens what is
there. Nothing of a sweep depends on the order in which its batches end, on how often it was
stopped, or on where it was computed.
"""

from __future__ import annotations

from sim.sweep.planning import Plan, limits, plan
from sim.sweep.reading import read
from sim.sweep.running import run

__all__ = ["Plan", "limits", "plan", "read", "run"]
