"""Experiment files: what is varied about a scenario, by which design, and what is looked at.

`read` reads a file, `lay_out` makes the points of its design, and `checked` plays nothing yet,
but reads every scenario that will be played, and refuses what would teach nothing.
"""

from __future__ import annotations

from sim.experiment.checks import Checked, checked, scenario
from sim.experiment.design import lay_out
from sim.experiment.reading import read
from sim.experiment.schema import json_schema

__all__ = ["Checked", "checked", "json_schema", "lay_out", "read", "scenario"]
