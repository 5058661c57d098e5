"""Measure plenary against plain Mesa and a compiled limit: `python experiments/benchmarks/run.py`.

Needs a checkout (the plain Mesa program is a test) and, for the limit, numba (requirements.txt).
Everything is measured in this one run, in turns, and medians are compared, so that a busy
machine slows all alike.
"""

# ruff: noqa: E402  # the checkout is put on the path before its modules are imported

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
from threadpoolctl import threadpool_limits

from sim.build import setting as build
from sim.core.ask import play
from sim.core.ensemble import CHUNK, ensemble
from sim.core.loops import until_done
from sim.core.setting import Meeting, Setting
from sim.core.world import begin
from sim.mechanisms.chair import move
from sim.mechanisms.coalitions import Coalitions
from sim.mechanisms.objections import Text, room
from sim.mechanisms.voting import vote
from sim.play import ensembles
from sim.scenario import load
from tests.settings import BlocSpec, make

GOALS = {
    "voting: times faster than plain Mesa": 50.0,
    "drafting: times faster than plain Mesa": 20.0,
    "two processes against one": 1.8,
}
LIMIT = 3.0  # times the compiled kernel
PEAKS = (1000, 20_000)  # runs whose memory is measured
ACTING = {  # 193 states and nine others, three sessions
    "as tabled": (  # one text that nobody revises, which plain Mesa plays too
        "cybercrime-2019",
        ("forums.general_assembly.drafting=as_tabled", "cosponsorship.gather=off"),
    ),
    "revised": ("rival-resolutions-2018", ("cosponsorship.gather=off",)),  # three, by sponsors
}
WAYS = {
    "texts and votes": ("lobbying=off", "coalitions.form=off"),
    "with lobbying": ("lobbying=on", "coalitions.form=off"),
    "with coalitions": ("lobbying=off", "coalitions.form=on"),
    "with both": ("lobbying=on", "coalitions.form=on"),
}
FLAGSHIP = "digital-solidarity-vs-sovereignty"  # with everything on
ALL_OF_IT = 25.0  # ms a run that it may take
DEARER, FORMING = 3.0, 5.0  # with both, times texts and votes; ms a run that forming may take
PAGE = ROOT / "docs" / "reference" / "benchmarks.md"
HERE, END = "<!-- measured: {} -->", "<!-- end -->"


@dataclass
class Size:
    """How much is measured."""

    states: int = 193
    issues: int = 16
    clauses: int = 8
    votes: int = 4000  # runs of voting
    texts: int = 1000  # runs of drafting
    acting: int = 128  # runs of delegations that act
    alone: int = 5  # runs of the programs that do one run at a time
    repeats: int = 5


def voting(size: Size, states: int = 0) -> Setting:
    """One text, put to the vote as tabled; a bloc of 27, noise, absences."""
    return _setting(size, "un_general_assembly", states or size.states)


def drafting(size: Size, states: int = 0) -> Setting:
    """One text that a chair works on until nobody blocks it."""
    return _setting(size, "consensus", states or size.states)


def _setting(size: Size, rules: str, states: int) -> Setting:
    blocs = [BlocSpec(range(min(27, states)), 0.6)]
    shape = {"issues": size.issues, "clauses": size.clauses, "worlds": 64}
    return make(states, forums=[rules], blocs=blocs, seed=193, **shape)


def seconds(work: Callable[[], Any], clock: Callable[[], float] = time.perf_counter) -> float:
    """Time one call."""
    start = clock()
    work()
    return clock() - start


def medians(
    repeats: int, *, clock: Callable[[], float] = time.perf_counter, **works: Callable[[], Any]
) -> dict[str, float]:
    """Time each work in turn, ``repeats`` times, and give the median of each in seconds."""
    for work in works.values():
        work()  # warm: caches, compiled code, imports
    times = [{name: seconds(work, clock) for name, work in works.items()} for _ in range(repeats)]
    return {name: statistics.median(t[name] for t in times) for name in works}


def processes(size: Size) -> dict[str, float]:
    """One process and two, in seconds a run; the start of the processes is in it."""
    out = {}
    for name, setting, runs in (
        ("voting", voting(size), 20 * size.votes),
        ("drafting", drafting(size), 2 * size.texts),
    ):
        took = medians(
            size.repeats,
            one=lambda s=setting, n=runs: ensemble(s, n),
            two=lambda s=setting, n=runs: ensembles([s], n, workers=2),
        )
        out |= {f"{name}, one process": took["one"] / runs, f"{name}, two": took["two"] / runs}
    return out


def programs(size: Size) -> dict[str, float]:
    """The ensemble, the Mesa model and plain Mesa on the same runs, in seconds a run."""
    from sim.model import Diplomacy
    from tests.reference.plain_mesa import PlainMesa

    out = {}
    for name, setting, runs in (
        ("voting", voting(size), size.votes),
        ("drafting", drafting(size), size.texts),
    ):
        alone = range(0, runs, max(runs // size.alone, 1))
        took = medians(
            size.repeats,
            ensemble=lambda s=setting, n=runs: ensemble(s, n),
            model=lambda s=setting, a=alone: [Diplomacy(s, run=r).play() for r in a],
            plain=lambda s=setting, a=alone: [PlainMesa(s, r).run_model() for r in a],
        )
        out[f"{name}, ensemble"] = took["ensemble"] / runs
        out[f"{name}, Mesa model"] = took["model"] / len(alone)
        out[f"{name}, plain Mesa"] = took["plain"] / len(alone)
    return out


def acting(size: Size) -> dict[str, float]:
    """Delegations that act, one way after another, and plain Mesa with all of it: seconds a run.

    By the processor's time, since each is one process.
    """
    from tests.reference.plain_mesa import PlainMesa

    settings = {
        f"{case}, {way}": build(load(name, (*apart, *said)))
        for case, (name, apart) in ACTING.items()
        for way, said in WAYS.items()
    }
    both, runs, alone = settings["as tabled, with both"], size.acting, size.alone
    _same_decisions(both, PlainMesa(both, 0))
    works: dict[str, tuple[Callable[[], Any], int]] = {
        name: (lambda s=s: ensemble(s, runs), runs) for name, s in settings.items()
    }
    works["as tabled, with both, plain Mesa"] = (lambda: _each_alone(both, alone)), alone
    works["forming coalitions once"] = (lambda: _formed(both)), CHUNK
    with threadpool_limits(limits=1):
        called = {name: work for name, (work, _) in works.items()}
        took = medians(size.repeats, clock=time.process_time, **called)
    return {name: t / works[name][1] for name, t in took.items()}


def _each_alone(setting: Setting, runs: int) -> None:
    """Play some runs in plain Mesa, each in a world of its own."""
    from tests.reference.plain_mesa import PlainMesa

    for run in range(0, 4 * runs, 4):
        PlainMesa(setting, run).run_model()


def _same_decisions(setting: Setting, plain: Any) -> None:
    """See that plain Mesa does the same work, before it is timed."""
    plain.run_model()
    ours = ensemble(setting, 1)
    for place, (label, stage) in enumerate(ours.ballots):
        text = next(t for t in plain.texts if t.draft.label == label)
        assert ours.decisions[0, place].tolist() == text.results[stage].decisions


def _formed(setting: Setting) -> None:
    """Let coalitions form from everyone alone, for a chunk."""
    play(Coalitions().play(setting, begin(setting, range(CHUNK)), Meeting(1, -1)))


def acting_table(took: dict[str, float]) -> str:
    """What acting costs, as two tables of the page."""
    times = [[name, digits(1000 * t), digits(1 / t)] for name, t in took.items()]
    ratios = [
        (f"{case}, with both: times texts and votes", took[f"{case}, with both"], took[of], DEARER)
        for case in ACTING
        for of in [f"{case}, texts and votes"]
    ]
    goals = [[what, digits(t / base), f"at most {most:g}"] for what, t, base, most in ratios]
    forming = digits(1000 * took["forming coalitions once"])
    goals.append(["forming coalitions once, ms a run", forming, f"at most {FORMING:g}"])
    faster = took["as tabled, with both, plain Mesa"] / took["as tabled, with both"]
    goals.append(["as tabled, with both: times faster than plain Mesa", digits(faster), "none set"])
    return "\n\n".join(
        [
            markdown(["a run of", "ms", "a second"], times),
            markdown(["ratio", "measured", "goal"], goals),
        ]
    )


def whole(size: Size) -> dict[str, float]:
    """The scenario with everything on: seconds a run of an ensemble, by the processor's time."""
    setting, runs = build(load(FLAGSHIP)), size.acting
    with threadpool_limits(limits=1):
        took = medians(
            size.repeats,
            clock=time.process_time,
            flagship=lambda: ensemble(setting, runs),
            one=lambda: ensemble(setting, 1),
        )
    return {f"an ensemble of {runs}": took["flagship"] / runs, "one by itself": took["one"]}


def whole_table(took: dict[str, float]) -> str:
    """What everything together costs, as a table of the page."""
    goals = dict.fromkeys(took, "") | {next(iter(took)): f"at most {ALL_OF_IT:g}"}
    rows = [[name, digits(1000 * t), digits(1 / t), goals[name]] for name, t in took.items()]
    return markdown(["a run in", "ms", "a second", "goal, ms"], rows)


def write_page(**tables: str) -> None:
    """Put tables in their places on the page."""
    for name, table in tables.items():
        here = HERE.format(name)
        before, rest = PAGE.read_text(encoding="utf-8").split(here)
        text = f"{before}{here}\n{table}\n{END}{rest.partition(END)[2]}"
        PAGE.write_text(text, encoding="utf-8")


def limits(size: Size) -> dict[str, float]:
    """The hottest phase of each, and the same as one compiled loop, in seconds a run."""
    try:
        import kernels
    except ImportError:
        return {}
    votes, texts = voting(size), drafting(size)
    meeting, rounds = texts.meetings[0][0], texts.forums[0].rules.rounds
    worlds = [begin(votes, range(start, start + CHUNK)) for start in range(0, 40 * CHUNK, CHUNK)]
    halls = []
    for start in range(0, 20 * CHUNK, CHUNK):
        world = begin(texts, range(start, start + CHUNK))
        halls.append((room(texts, world, meeting, 0), world))
    ours, theirs = _decided(votes, worlds[0]), kernels.vote(votes, worlds[0], meeting, 0)
    assert np.array_equal(ours, theirs), "the compiled vote is not the phase"

    prepared = [kernels.laid_out(hall) for hall, _ in halls]

    def fresh() -> list[Text]:
        return [Text(world.value[0].copy(), world.active[0].copy()) for _, world in halls]

    def by_phase() -> list[Text]:
        drafts = fresh()
        for (hall, _), text in zip(halls, drafts, strict=True):
            until_done(move, hall, text, rounds)
        return drafts

    def by_kernel() -> list[Text]:
        drafts = fresh()
        for hall, text in zip(prepared, drafts, strict=True):
            kernels.move_until_done(hall, text, rounds)
        return drafts

    for one, other in zip(by_phase(), by_kernel(), strict=True):
        np.testing.assert_allclose(one.value, other.value, atol=1e-9)
    took = medians(
        size.repeats,
        vote=lambda: [_decided(votes, world) for world in worlds],
        vote_limit=lambda: [kernels.vote(votes, world, meeting, 0) for world in worlds],
        moves=by_phase,
        moves_limit=by_kernel,
    )
    runs = {"vote": 40 * CHUNK, "moves": 20 * CHUNK}
    return {
        "voting, the vote alone": took["vote"] / runs["vote"],
        "voting, compiled": took["vote_limit"] / runs["vote"],
        "drafting, the moves alone": took["moves"] / runs["moves"],
        "drafting, compiled": took["moves_limit"] / runs["moves"],
    }


def _decided(setting: Setting, world: Any) -> Any:
    """Decisions of the first vote, without what becomes of them."""
    ask = next(vote(setting, world, setting.meetings[0][0], 0))
    return ask.answer


def growth(size: Size) -> dict[str, dict[str, float]]:
    """Seconds a run as runs and states grow: linear where the first is flat, the second even."""
    few = max(size.votes // 8, CHUNK)
    by_runs = {
        n: lambda n=n: ensemble(voting(size), n, keep=False) for n in (few, 4 * few, 16 * few)
    }
    by_states = {
        n: lambda n=n: ensemble(voting(size, n), few)
        for n in (size.states, 2 * size.states, 4 * size.states)
    }
    out = {}
    for name, works in (("runs", by_runs), ("states", by_states)):
        took = medians(3, **{str(n): work for n, work in works.items()})
        out[name] = {k: t / (int(k) if name == "runs" else few) for k, t in took.items()}
    return out


def memory(size: Size) -> dict[str, float]:
    """Peak memory of a process of its own, in MB, by number of runs."""
    return {str(runs): _peak(size, runs) for runs in PEAKS}


def _peak(size: Size, runs: int) -> float:
    shape = [f"--{k}={getattr(size, k)}" for k in ("states", "issues", "clauses")]
    command = [sys.executable, __file__, *shape, f"--peak={runs}"]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def high_water() -> float:
    """Most memory this process has held, in MB, as Linux counts it (not that of its parent)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return (
        float(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])
        / 1024
    )


def ratios(a_run: dict[str, float]) -> dict[str, float]:
    """What the design asks for, from seconds a run."""
    found = {}
    for name in ("voting", "drafting"):
        plain, ours = a_run[f"{name}, plain Mesa"], a_run[f"{name}, ensemble"]
        found[f"{name}: times faster than plain Mesa"] = plain / ours
        found[f"{name}: two processes against one"] = (
            a_run[f"{name}, one process"] / a_run[f"{name}, two"]
        )
        if f"{name}, compiled" in a_run:
            phase = "the vote alone" if name == "voting" else "the moves alone"
            limit = a_run[f"{name}, compiled"]
            found[f"{name}: times the compiled kernel"] = a_run[f"{name}, {phase}"] / limit
    return found


def report(found: dict[str, Any]) -> str:
    """The results as a table."""
    lines = [f"{'a run of':<44}{'ms':>10}{'a second':>12}"]
    for name, took in found["seconds a run"].items():
        lines.append(f"{name:<44}{1000 * took:>10.3f}{1 / took:>12.0f}")
    lines += ["", f"{'ratio':<44}{'measured':>10}{'goal':>12}"]
    for name, ratio in found["ratios"].items():
        lines.append(f"{name:<44}{ratio:>10.1f}{_goal(name):>12}")
    lines += ["", f"{'voting, ms a run as they grow':<44}"]
    for name, took in found["growth"].items():
        lines.append(f"  {name}: " + ", ".join(f"{n}: {1000 * t:.3f}" for n, t in took.items()))
    peaks = ", ".join(f"{n} runs: {mb:.0f} MB" for n, mb in found["memory"].items())
    lines += [f"  peak memory, {peaks}", "", "delegations that act", ""]
    everything = ["", f"everything on: {FLAGSHIP}", "", whole_table(found["everything"])]
    return "\n".join([*lines, acting_table(found["acting"]), *everything])


def digits(number: float) -> str:
    """A number with three significant digits."""
    return f"{float(f'{number:.3g}'):,g}"


def markdown(head: list[str], rows: list[list[str]]) -> str:
    """A table in Markdown; columns of numbers stand to the right."""
    numbers = [all(row[c][:1].isdigit() for row in rows) for c in range(len(head))]
    rule = ["---:" if number else "---" for number in numbers]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [head, rule, *rows])


def _goal(name: str) -> str:
    if "compiled" in name:
        return f"<= {LIMIT:g}"
    least = next((goal for what, goal in GOALS.items() if name.endswith(what)), None)
    return f">= {least:g}" if least else ""


def measure(size: Size) -> dict[str, Any]:
    """Measure everything; Mesa comes last, for Mesa 3.3 changes how processes start."""
    a_run = processes(size) | limits(size) | programs(size)
    return {
        "size": vars(size),
        "machine": {"python": platform.python_version(), "processor": platform.machine()}
        | {name: version(name) for name in ("numpy", "scipy", "mesa")},
        "seconds a run": a_run,
        "ratios": ratios(a_run),
        "acting": acting(size),
        "everything": whole(size),
        "growth": growth(size),
        "memory": memory(size),
    }


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in vars(Size()).items():
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--json", type=Path, help="also write the results to this file")
    only = "only delegations that act, written to docs/reference/benchmarks.md"
    parser.add_argument("--page", action="store_true", help=only)
    only = f"only {FLAGSHIP}, written to the same page"
    parser.add_argument("--everything", action="store_true", help=only)
    parser.add_argument("--peak", type=int, help=argparse.SUPPRESS)
    said = vars(parser.parse_args(arguments))
    options = ("json", "peak", "page", "everything")
    file, peak, page, flagship = (said.pop(name) for name in options)
    size = Size(**said)
    if peak:
        ensemble(voting(size), peak)
        print(high_water())
        return
    if page:
        write_page(acting=acting_table(acting(size)), everything=whole_table(whole(size)))
        return
    if flagship:
        write_page(everything=whole_table(whole(size)))
        return
    found = measure(size)
    print(report(found))
    if file:
        file.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
