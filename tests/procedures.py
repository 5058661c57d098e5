"""Rules of procedure that differ in how they decide: presets that differ in name are one."""

from __future__ import annotations

from dataclasses import replace

from sim.forums.presets import PRESETS
from sim.forums.rules import Rules


def _decides(rules: Rules) -> Rules:
    return replace(rules, title="", source="", members=(), access="")


DISTINCT: dict[str, Rules] = {}
for _name, _rules in PRESETS.items():
    if _decides(_rules) not in map(_decides, DISTINCT.values()):
        DISTINCT[_name] = _rules
