"""What `--full` says of skill: scores against recorded votes, beside baselines, and who wins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.analysis.scores import Scores
from sim.analysis.skill import Scored
from sim.show import words
from sim.show.beside import of_some
from sim.show.summary import WIDE, label_of, sentence

WIDTHS = (32, 7, 10, 8, 8, 12)
SAID = (("worse", "loses to"), ("the same", "changes nothing against"), ("better", "beats"))


def scores(found: Sequence[Scored]) -> Iterator[str]:
    """Accuracy, Brier, ranked probability score and abstention recall beside the baselines."""
    if not found:
        return
    yield words.columns(WIDTHS, "", "states", "accuracy", "Brier", "ranked", "abstention")
    for scored in found:
        runs = "the runs" if scored.voted == 1 else "runs that voted"
        yield _row(f"{label_of(scored.draft, scored.stage)}: {runs}", scored.scores)
        for baseline in scored.baselines:
            yield _row(f"  {baseline.baseline}", baseline.scores)
        yield from (f"  {line}" for line in sentence(verdict(scored), width=WIDE - 4))
    yield "accuracy: of three; Brier 0-2, ranked 0-1: lower is better; abstention: recall"


def _row(head: str, of: Scores) -> str:
    numbers = (of.accuracy, of.brier, of.ranked, of.abstention_recall)
    return words.columns(WIDTHS, head, str(of.voted), *(words.number(n, 3) for n in numbers))


def verdict(scored: Scored) -> str:
    """Say which baselines the runs lose to, which they do not change, and which they beat."""
    said = []
    for verdict, verb in SAID:
        names = [s.baseline.partition(",")[0] for s in scored.baselines if s.verdict() == verdict]
        if names:
            said.append(f"{verb} {words.both(names)}")
    if not said:
        return "No state's vote is on record by which the simulation could be compared."
    some = f", in {of_some(scored)}," if scored.voted < 1 else ""
    return f"By accuracy on the same states the simulation{some} {'; it '.join(said)}."
