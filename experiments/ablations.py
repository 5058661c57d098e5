"""The table of ablations in docs/reference/levers.md: mechanisms between meetings off, half, on.

    python experiments/ablations.py docs/reference/levers.md

Each mechanism is pulled in the scenario that is about it: a lever at 0, at half of its best guess
and at its best guess, by settings that anybody can give as ``--set``. Runs are paired, so what
differs is due to the lever. Without a file the table is printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pages import parser, publish

import sim
from sim.build import setting
from sim.core.ensemble import ensemble
from sim.core.registry import PARAMETERS
from sim.core.world import RUNS_PER_WORLD

Floats = npt.NDArray[np.float64]

SHARES = {"off": 0.0, "half": 0.5, "on": 1.0}  # of the best guess
RUNS = 40
TINY = 1e-9


@dataclass(frozen=True)
class Ablation:
    """A mechanism, the levers that are pulled together, and the outcome that they speak of."""

    mechanism: str
    levers: tuple[str, ...]  # parameters
    scenario: str
    outcome: str

    def settings(self, share: float) -> tuple[str, ...]:
        """The levers at a share of their best guess."""
        return tuple(f"parameters.{n}={share * PARAMETERS[n].default:g}" for n in self.levers)


PARIS, AID, BUREAU, BUDAPEST = (
    *("paris-call", "aid-race", "bureau-created-and-downgraded", "budapest-or-new-york"),
)
NAMED, RANSOM, DATA, TAX, HEARD = (
    "joint-attribution",
    "ransomware-on-critical-infrastructure",
    "data-localization",
    "digital-services-tax",
    "early-consultation",
)
ABLATIONS = (
    Ablation("clubs", ("club_imitation",), PARIS, "club_members.paris_call"),
    Ablation("clubs", ("club_word",), PARIS, "stakeholders.plenary.in_favour"),
    Ablation("aid", ("aid_vote", "aid_drift"), AID, "trusted-networks.plenary.in_favour"),
    Ablation("aid", ("aid_drift",), AID, "leaning.USA"),
    Ablation("offices", ("office_imitation",), BUREAU, "offices"),
    Ablation("engagement", ("dialogue_pull", "publication_pull"), BUREAU, "drawn.SOV"),
    Ablation("domestic", ("domestic_weight",), BUDAPEST, "protocol.plenary.in_favour"),
    Ablation("incidents", ("concession",), NAMED, "conceded"),
    Ablation("focusing", ("focusing",), NAMED, "attention"),
    Ablation("attribution", ("naming_error",), NAMED, "misnamed"),
    Ablation("responses", ("response_calling",), NAMED, "joint_answers"),
    Ablation("deterrence", ("deterrence",), NAMED, "attacks"),
    Ablation("escalation", ("escalation", "misreading"), NAMED, "tension"),
    Ablation("assistance", ("helping_worth",), RANSOM, "harm_averted"),
    Ablation("responsibility", ("responsibility",), RANSOM, "harm"),
    Ablation("localization", ("localization_peers",), DATA, "localization_laws"),
    Ablation("localization", ("localization_cost", "partner_cost"), DATA, "world_gdp_effect"),
    Ablation("levies", ("retaliation",), TAX, "levying_states"),
    Ablation("markets", ("storage_cost", "centre_cost"), DATA, "markets_left"),
    Ablation("consultation", ("consultation_gain",), HEARD, "report.carried_out"),
)


@dataclass(frozen=True)
class Row:
    """What came of an ablation: the outcome's means, and the difference it makes with its error."""

    ablation: Ablation
    means: Mapping[str, float]
    unit: str
    difference: float  # on less off
    error: float  # its standard error, worlds being what is drawn

    @property
    def dead(self) -> bool:
        """Whether the lever moves nothing in any run."""
        return self.difference == 0 and self.error == 0


def played(ablation: Ablation, runs: int) -> Row:
    """Play a mechanism off, half and on, in pairs."""
    sides: dict[str, Floats] = {}
    for word, share in SHARES.items():
        made = setting(sim.load(ablation.scenario, ablation.settings(share)))
        kept = made.columns[ablation.outcome][1]
        sides[word] = kept.amounts(ensemble(made, runs).number(ablation.outcome))
    apart, error = paired(sides["on"] - sides["off"])
    means = {word: float(np.nanmean(values)) for word, values in sides.items()}
    return Row(ablation, means, kept.said_unit.strip(), apart, error)


def paired(apart: Floats) -> tuple[float, float]:
    """The mean of differences and its standard error, by worlds; runs without a value are out."""
    worlds = np.arange(len(apart)) // RUNS_PER_WORLD
    there = ~np.isnan(apart)
    count = np.bincount(worlds, weights=there)
    total = np.bincount(worlds, weights=np.where(there, apart, 0.0))
    means = total[count > 0] / count[count > 0]
    error = means.std(ddof=1) / np.sqrt(len(means)) if len(means) > 1 else np.nan
    return float(apart[there].mean()) if there.any() else np.nan, float(error)


def table(rows: Sequence[Row]) -> list[str]:
    """A row an ablation."""
    head = "| mechanism | lever | scenario | outcome | off | half | on | on less off, error |"
    return [head, "|---|---|---|---|---:|---:|---:|---:|", *map("".join, map(_cells, rows))]


def _cells(row: Row) -> Iterator[str]:
    of = row.ablation
    levers = ", ".join(f"`{name}`" for name in of.levers)
    unit = f" ({row.unit})" if row.unit else ""
    yield f"| {of.mechanism} | {levers} | {of.scenario} | `{of.outcome}`{unit} |"
    yield from (f" {number(row.means[word])} |" for word in SHARES)
    yield f" {number(row.difference)}, {number(row.error)} |"


def number(value: float) -> str:
    """Three digits, and no minus before 0."""
    text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return "0" if abs(value) < TINY else text


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table, or write it into a page that marks its place."""
    asked = parser(__doc__)
    asked.add_argument("--runs", type=int, default=RUNS)
    asked.add_argument("--only", nargs="+", help="print these mechanisms alone")
    said = asked.parse_args(arguments)
    chosen = [a for a in ABLATIONS if said.only is None or a.mechanism in said.only]
    rows = [played(ablation, said.runs) for ablation in chosen]
    publish({"ablations": table(rows)}, [] if said.only else said.files)


if __name__ == "__main__":
    main()
