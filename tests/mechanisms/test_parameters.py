"""The numbers of the model are those that its page gives: a change of one must be meant."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.core.parameters import Parameter
from sim.core.registry import OURS, mechanisms

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "parameters.md"
ROW = re.compile(r"^\| `(\w+)` \| (\S+) \| (\S+) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
OURS_ALL = [p for m in mechanisms() if m.package == OURS for p in m.parameters]


def told() -> dict[str, tuple[str, ...]]:
    found = ROW.findall(PAGE.read_text(encoding="utf-8"))
    return {name: tuple(rest) for name, *rest in found}


def as_told(p: Parameter) -> tuple[str, ...]:
    joined = " or " if p.whole else " to "
    span = f"{p.low:g}{joined}{p.high:g}{', by order of magnitude' * p.ratio}"
    basis = p.source or ("recorded votes" if p.fitted else "nothing: assumed")
    return p.symbol, f"{p.default:g}", span, p.meaning, basis


@pytest.mark.parametrize("parameter", OURS_ALL, ids=lambda p: p.name)
def test_it_is_as_the_page_of_parameters_says(parameter: Parameter) -> None:
    assert told()[parameter.name] == as_told(parameter)


def test_the_page_lists_no_other() -> None:
    assert told().keys() == {p.name for p in OURS_ALL}
