"""What a draw by name costs: a keyed hash of labels, beside NumPy's Philox put to each address.

    python experiments/benchmarks/draws.py

Philox gives a stream from a counter. Put to one address a run, it draws for all actors at once, by
their places on a list; to draw by an actor's label it must be put to an address of each actor.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from time import perf_counter

import numpy as np
from numpy.random import Generator, Philox

from sim.core.draws import Keys, Labels, keys, label, labels, uniforms

Floats = np.ndarray


def by_name(run_keys: Keys, actors: Labels) -> Floats:
    """A keyed hash, as the model draws: (runs, actors)."""
    return uniforms(run_keys, "voting.vote", actors, 2, "73/27")


def by_place(run_keys: Keys, actors: Labels) -> Floats:
    """Philox put to one address a run; an actor's draw is that of its place."""
    address = label("voting.vote", 2, "73/27")
    return np.stack([_at(run, [address, 0]).random(len(actors)) for run in run_keys])


def by_label(run_keys: Keys, actors: Labels) -> Floats:
    """Philox put to an address of each actor in each run."""
    address = label("voting.vote", 2, "73/27")
    drawn = [[_at(run, [address, int(a)]).random() for a in actors] for run in run_keys]
    return np.array(drawn)


_philox = Philox(0)
_generator, _state = Generator(_philox), _philox.state


def _at(key: Keys, address: Sequence[int]) -> Generator:
    """The one generator, put to a key and a counter: quicker than making another."""
    _state["state"]["key"] = key
    _state["state"]["counter"] = np.array([0, 0, *address], dtype=np.uint64)
    _state["buffer_pos"] = 4
    _philox.state = _state
    return _generator


WAYS: dict[str, Callable[[Keys, Labels], Floats]] = {
    "keyed hash, by name": by_name,
    "Philox, by place": by_place,
    "Philox, by label": by_label,
}


def measured(runs: int, actors: int, repeats: int) -> dict[str, float]:
    """Best time of each way, in nanoseconds a draw."""
    run_keys, named = keys(0, range(runs)), labels(map(str, range(actors)))
    best = dict.fromkeys(WAYS, float("inf"))
    for _ in range(repeats):
        for way, draw in WAYS.items():
            begun = perf_counter()
            draw(run_keys, named)
            best[way] = min(best[way], 1e9 * (perf_counter() - begun) / (runs * actors))
    return best


def main(arguments: Sequence[str] | None = None) -> None:
    """Print nanoseconds a draw, and how many times the first."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=64, help="runs drawn together")
    parser.add_argument("--actors", type=int, default=193)
    parser.add_argument("--repeats", type=int, default=20)
    said = parser.parse_args(arguments)
    best = measured(said.runs, said.actors, said.repeats)
    first = next(iter(best.values()))
    for way, took in best.items():
        print(f"{way:20}  {took:8.1f} ns a draw  {took / first:6.1f} times")


if __name__ == "__main__":
    main()
