"""Scenario files: what they may say, how they are read, and what is wrong with one."""

from __future__ import annotations

from sim.scenario.doubts import check
from sim.scenario.loading import load
from sim.scenario.new import write_new
from sim.scenario.packed import pack, unpack
from sim.scenario.scenario import Scenario
from sim.scenario.schema import json_schema

__all__ = ["Scenario", "check", "json_schema", "load", "pack", "unpack", "write_new"]
