"""Claims: how far what policy papers say causes what holds, claim by claim.

    p' = p0 + s (p - p0)

p is a parameter that carries a claim, in every world its own; p0 is the value at which the claim
does not hold, and s its strength: 100, as nobody said anything, to 0, not at all. Which parameters
carry R01 to R28, and in which scenario each can be tried, is told by scenarios/data/claims.csv;
claims that are carried by what a scenario says, and by no parameter, are switched there.
`experiments/claims.py` plays each with and without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
from pydantic import AfterValidator, BeforeValidator

from sim import record, shipped
from sim.core.fields import Percent
from sim.core.mechanism import Look, Mechanism, Section
from sim.errors import InputError
from sim.near import near

Floats = npt.NDArray[np.float64]

FULL = 100.0
WORDS = {"off": "0", "half": "50", "on": "100"}
BETWEEN = "; "  # stands between settings, parameters and outcomes in a cell
NO_HALF = "-"
COLUMNS = (
    *("claim", "words", "scenario", "parameters", "off", "half", "on", "outcomes", "evidence"),
    *("built_in", "not_carried"),
)
SIGNS = {"+": 1, "-": -1}

NAMES = tuple(f"R{number:02}" for number in range(1, 29))


def _known(name: str) -> str:
    if name not in NAMES:
        nearest = near(name, NAMES)
        hint = f"; did you mean {nearest}?" if nearest else ""
        raise ValueError(f"is no claim: there are {NAMES[0]} to {NAMES[-1]}{hint}")
    return name


def _as_number(value: Any) -> Any:
    return WORDS.get(value, value) if isinstance(value, str) else value


Name = Annotated[str, AfterValidator(_known)]
Strength = Annotated[Percent, BeforeValidator(_as_number)]


@dataclass(frozen=True)
class Claim:
    """One row of the table: what is claimed, how it is switched, and what it speaks of."""

    name: str
    words: str
    scenario: str  # in which it is tried; "" if nothing carries it
    parameters: Mapping[str, float]  # with the value of each at which it does not hold
    off: tuple[str, ...]  # settings, PATH=VALUE
    half: tuple[str, ...] | None  # None: it is there or not
    on: tuple[str, ...]
    outcomes: Mapping[str, int]  # with the sign that is claimed, 1 or -1
    evidence: str
    built_in: str
    not_carried: str


class Claims(Mechanism):
    """Claims: how far what policy papers say causes what holds, claim by claim."""

    name = "claims"
    scenario = {
        "claims": Section(
            dict[Name, Strength],
            {},
            "strength of causal claims, R01 to R28: 0 (off) to 100 (on), as each world has it",
        )
    }

    def check(self, said: Mapping[str, Any], look: Look) -> None:
        """Refuse to turn down what no parameter carries."""
        known = claims() if said["claims"] else {}
        for name in said["claims"]:
            claim = known[name]
            if claim.not_carried:
                look.wrong(("claims", name), "no mechanism carries it", "", _carried(known))
            elif not claim.parameters:
                paths = ", ".join(setting.partition("=")[0] for setting in claim.off)
                problem = f"no parameter carries it: change {paths}, as in {claim.scenario}"
                look.wrong(("claims", name), problem, "", _carried(known))

    def tuned(self, said: Mapping[str, Any], parameters: Mapping[str, Floats]) -> dict[str, Floats]:
        """Draw parameters that carry a claim towards where it does not hold, in every world."""
        changed = dict(parameters)
        for name, strength in said["claims"].items():
            for parameter, nothing in claims()[name].parameters.items():
                if strength != FULL:
                    left = strength / FULL * (changed[parameter] - nothing)
                    changed[parameter] = nothing + left
        return changed

    def show(
        self, said: Mapping[str, Any], names: Callable[[Iterable[str]], str], actor: str = ""
    ) -> Iterator[str]:
        """Tell which claims are turned down."""
        for name, strength in said["claims"].items() if not actor else ():
            yield f"{name} holds to {strength:g}%: {claims()[name].words}"


def claims() -> dict[str, Claim]:
    """Return every claim of the shipped table, by its name."""
    return read(shipped.data("claims.csv"))


def read(file: Path) -> dict[str, Claim]:
    """Read a table of claims.

    Raises:
        InputError: a claim that there is not, or twice; a scenario, an outcome's sign or a
            parameter that is none; each with its line.
    """
    found: dict[str, Claim] = {}
    for row in record.table(file, COLUMNS):
        name = row.cells["claim"]
        if name not in NAMES:
            problem, right = "there is no such claim", f"{NAMES[0]} to {NAMES[-1]}"
            raise InputError(row.wrong("claim", problem, right, near(name, NAMES)))
        if name in found:
            raise InputError(row.wrong("claim", "has a row already", "one row a claim"))
        found[name] = _claim(row)
    return found


def _claim(row: record.Row) -> Claim:
    cells = row.cells
    if bool(cells["scenario"]) == bool(cells["not_carried"]):
        problem = "has neither a scenario nor a reason why nothing carries it, or both"
        raise InputError(row.wrong("scenario", problem, "one of the two"))
    if cells["scenario"] and cells["scenario"] not in shipped.scenarios():
        known = shipped.scenarios()
        nearest = near(cells["scenario"], known)
        raise InputError(row.wrong("scenario", "there is no such scenario", "", nearest))
    half = cells["half"]
    return Claim(
        name=cells["claim"],
        words=cells["words"],
        scenario=cells["scenario"],
        parameters=dict(_parameters(row)),
        off=_parts(cells["off"]),
        half=None if half == NO_HALF else _parts(half),
        on=_parts(cells["on"]),
        outcomes=dict(_outcomes(row)),
        evidence=cells["evidence"],
        built_in=cells["built_in"],
        not_carried=cells["not_carried"],
    )


def _parameters(row: record.Row) -> Iterator[tuple[str, float]]:
    from sim.core.registry import PARAMETERS

    for said in _parts(row.cells["parameters"]):
        name, _, value = said.partition(" ")
        if name not in PARAMETERS:
            problem = f"there is no parameter {name}"
            raise InputError(row.wrong("parameters", problem, "", near(name, PARAMETERS)))
        try:
            yield name, float(value)
        except ValueError:
            problem = f"says no number for {name}"
            raise InputError(row.wrong("parameters", problem, f"{name} 0")) from None


def _outcomes(row: record.Row) -> Iterator[tuple[str, int]]:
    for said in _parts(row.cells["outcomes"]):
        name, _, sign = said.rpartition(" ")
        if not name or sign not in SIGNS:
            raise InputError(row.wrong("outcomes", "has no sign", "OUTCOME + or OUTCOME -"))
        yield name, SIGNS[sign]


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(BETWEEN) if part.strip())


def _carried(known: Mapping[str, Claim]) -> str:
    return ", ".join(name for name, claim in known.items() if claim.parameters)
