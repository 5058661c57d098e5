"""Measure plenary beside its peers, on the same case: `python experiments/benchmarks/peers.py`.

A plain Mesa program through `mesa.batch_run`, and a NegMAS session (requirements.txt), each in
one process, and the ensemble that a sweep plays. Medians of several, from this one run; prints
tables in Markdown and says in words what is alike about the work and what is not.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import run as common

sys.path.insert(0, str(common.ROOT))

import numpy as np

from sim.core.ensemble import ensemble
from sim.core.gain import clause_gains
from sim.core.outcomes import Outcomes
from sim.core.setting import Setting
from sim.core.world import begin

STEPS = 11  # values an issue may take in NegMAS: 0, 10, ... 100
MISSING = (
    "NegMAS is not installed, so it is left out: "
    "pip install -r experiments/benchmarks/requirements.txt"
)
ENSEMBLE, MESA = "plenary, ensemble", "plain Mesa, batch_run"
NEGMAS = {
    "AspirationNegotiator": "NegMAS, who concede with time",
    "ToughNegotiator": "NegMAS, who never concede",
}
WORDS = """\
**Alike.** Plain Mesa and the ensemble do the same work on the same worlds and draws, and the
decisions are checked to be equal before anything is timed. NegMAS gets the parties, the clauses
and the rounds of *drafting*, for each party the gains from each clause of the same world, and the
status quo as what it falls back on. Everything runs in one process.

**Not alike.** The plain Mesa program is ours, written agent by agent to be read and to check the
model; one with arrays would be quicker. Mesa puts no bounds on what an agent does and when, has
spaces, networks and a page to watch; our phases are fixed, and fast because they are.
In NegMAS the parties make offers in turn, each with a strategy of its own that may be anybody's
code, and a session ends when all accept one offer. Ours has neither offers nor strategies: a
chair moves one text against the largest objection, and afterwards says who blocks, why, and
whether any text existed that nobody would have blocked. So many parties seldom accept one offer
before the rounds are over, so that a session plays nearly all of them; a chair is often done
early. Those who concede also look for offers of a wanted value among {offers:,}, which we do not
do at all; those who never concede show what is left without it. NegMAS is mostly used with a few
parties; `--states 10` measures such a room. It has protocols, negotiators, opponent models and
tournaments that we have not. The ratio says what a study of many such rooms
costs with either, not which is the better negotiation."""


@dataclass
class Size(common.Size):
    """How much is measured."""

    sessions: int = 3  # of NegMAS: one of 193 parties takes about a minute


def side_by_side(size: Size) -> dict[str, dict[str, float]]:
    """Seconds a run of each peer that does the same work, by subject."""
    out = {}
    for subject, setting, runs in (
        ("voting", common.voting(size), size.votes),
        ("drafting", common.drafting(size), size.texts),
    ):
        alone = list(range(0, runs, max(runs // size.alone, 1)))
        _check(batch_run(setting, alone), ensemble(setting, alone))
        took = common.medians(
            size.repeats,
            ours=lambda s=setting, n=runs: ensemble(s, n),
            mesa=lambda s=setting, a=alone: batch_run(s, a),
        )
        out[subject] = {ENSEMBLE: took["ours"] / runs, MESA: took["mesa"] / len(alone)}
    return out


def batch_run(setting: Setting, runs: list[int]) -> list[dict[str, Any]]:
    """Play runs of the plain Mesa program as Mesa's users do: a row a run."""
    import mesa

    from tests.reference.plain_mesa import PlainMesa

    class Collected(PlainMesa):
        """The same program with the collector that `batch_run` asks for."""

        def __init__(self, setting: Setting, run: int = 0, rng: Any = None) -> None:
            del rng  # of newer Mesa's batch_run; a run draws by its own number
            super().__init__(setting, run)
            reporters = {"adopted": lambda m: m.texts[0].alive, "decided": _decided}
            self.datacollector = mesa.DataCollector(model_reporters=reporters)

        def step(self) -> None:
            super().step()
            self.datacollector.collect(self)

    asked = {"setting": [setting], "run": runs}
    rows: list[dict[str, Any]] = mesa.batch_run(
        Collected, asked, number_processes=1, display_progress=False
    )
    return rows


def _decided(model: Any) -> list[int]:
    """What each delegation decided at the last stage of the first text."""
    return [int(decision) for decision in list(model.texts[0].results.values())[-1].decisions]


def _check(rows: list[dict[str, Any]], outcomes: Outcomes) -> None:
    """Stop unless both came to the same decisions in every run."""
    draft, stage = outcomes.ballots[-1]
    theirs = [row["adopted"] for row in rows]
    assert outcomes.table[f"{draft}.{stage}.adopted"].tolist() == theirs, "other texts are adopted"
    decided = np.array([row["decided"] for row in rows])
    assert np.array_equal(outcomes.decisions[:, -1], decided), "delegations decide otherwise"


@dataclass
class Session:
    """One NegMAS session."""

    seconds: float
    rounds: int
    agreed: bool


def negmas(size: Size) -> dict[str, list[Session]]:
    """Sessions of each kind of negotiator; none where NegMAS is not installed."""
    try:
        import negmas.sao
    except ImportError:
        return {}
    setting = common.drafting(size)
    kinds = {kind: getattr(negmas.sao, kind) for kind in NEGMAS}
    session(common.drafting(size, 3), 0, kinds["ToughNegotiator"])  # warm: imports, caches
    return {
        name: [session(setting, run, kinds[kind]) for run in range(size.sessions)]
        for kind, name in NEGMAS.items()
    }


def session(setting: Setting, run: int, kind: Callable[..., Any]) -> Session:
    """Let the parties of a run negotiate its first text by alternating offers, and time it."""
    from negmas.outcomes import make_issue
    from negmas.preferences import LinearAdditiveUtilityFunction
    from negmas.sao import SAOMechanism

    gains, rounds = gains_of(setting, run), setting.forums[0].rules.rounds

    def hold() -> Any:
        issues = [make_issue(STEPS, f"clause {c}") for c in range(gains.shape[1])]
        room = SAOMechanism(issues=issues, n_steps=rounds)
        for party, worth in zip(setting.actors, gains, strict=True):
            values = [dict(enumerate(clause)) for clause in worth.tolist()]
            wants = LinearAdditiveUtilityFunction(values=values, issues=issues, reserved_value=0.0)
            room.add(kind(name=party), ufun=wants)
        return room.run()

    ended: list[Any] = []
    seconds = common.seconds(lambda: ended.append(hold()))
    return Session(seconds, int(ended[0].step), ended[0].agreement is not None)


def gains_of(setting: Setting, run: int) -> np.ndarray[Any, Any]:
    """What each value of each clause is worth to each party: (parties, clauses, STEPS)."""
    world, draft = begin(setting, [run]), setting.drafts[0]
    return np.stack(
        [
            clause_gains(
                world.position,
                world.salience,
                world.status_quo,
                draft.issue,
                np.full((1, len(draft.issue)), value),
                draft.weight,
                world.parameters["curvature"],
            )[0]
            for value in np.linspace(0, 1, STEPS)
        ],
        axis=-1,
    )


def measure(size: Size) -> dict[str, Any]:
    """Measure all of them."""
    a_run = side_by_side(size)
    sessions = negmas(size)
    a_run["drafting"] |= {
        name: statistics.median(s.seconds for s in held) for name, held in sessions.items()
    }
    libraries = ["numpy", "mesa", *(["negmas"] if sessions else [])]
    return {
        "size": vars(size),
        "machine": {"python": platform.python_version(), "processor": platform.machine()}
        | {name: version(name) for name in libraries},
        "seconds a run": a_run,
        "sessions": {name: [vars(s) for s in held] for name, held in sessions.items()},
    }


def report(found: dict[str, Any]) -> str:
    """The tables in Markdown, and what they compare."""
    rows = [
        [subject, name, *map(common.digits, (1000 * took, 1 / took, took / peers[ENSEMBLE]))]
        for subject, peers in found["seconds a run"].items()
        for name, took in peers.items()
    ]
    head = ["", "one process", "ms a run", "runs a second", "times the ensemble"]
    parts = [common.markdown(head, rows)]
    for name, held in found["sessions"].items():
        agreed = sum(s["agreed"] for s in held)
        rounds = ", ".join(str(s["rounds"]) for s in held)
        parts.append(f"{name}: {agreed} of {len(held)} sessions agreed; rounds: {rounds}.")
    if not found["sessions"]:
        parts.append(MISSING)
    offers = STEPS ** found["size"]["clauses"]
    return "\n\n".join([*parts, WORDS.format(offers=offers)])


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in vars(Size()).items():
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--json", type=Path, help="also write the results to this file")
    said = vars(parser.parse_args(arguments))
    file = said.pop("json")
    found = measure(Size(**said))
    print(report(found))
    if file:
        file.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
