"""How good the estimates of salience are: spread, judgements left out, and what no fit has seen.

    python experiments/saliences.py

prints, for each shipped cut: how many cells share the commonest value, where saliences lie, how
well an analyst's judgements are foretold with their actor left out, and two things that play no
part in the fit. States that are said to care more about an issue should act on it more often
after the cut (AUC within issues, beside capability's: acts take means as well), and those that
care more about what votes are on should miss fewer votes (rank correlation).
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata, spearmanr

from sim import record
from sim.analysis import saliences
from sim.analysis.attributes import capabilities, groups_at
from sim.analysis.calibrate import CYBER
from sim.analysis.evidence import evidence
from sim.core.worlds import ISSUES

CUTS = ("2017-06-19", "2018-11-08", "2019-11-18", "2021-03-08")
END = dt.date(2022, 12, 31)  # later acts and votes are not looked at
VOTED_ON = ("TREATY", "SOV", "IHL", "MSH", "INST", "CRIME")
NEW = 0.3  # nats by which a state's acts on an issue must have grown
LEAST = 5  # states on either side, for an issue to be scored

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def report(until: dt.date) -> str:
    """One cut's lines."""
    votes = record.votes()
    states = votes.before(until).states
    groups = groups_at(until)
    made = saliences.estimate(states, states, ISSUES, groups, until)
    lines = [f"{until}", *_spread(made.mean), *_left_out(made.learned)]
    did, later = (evidence(states, ISSUES, groups, day) for day in (until, END))
    acted = later.on_issue - did.on_issue > NEW
    power = np.repeat(capabilities(states, groups, until)[:, None], len(ISSUES), axis=1)
    lines.append(
        f"  acting later (AUC within issues): salience {within(made.mean, acted):.3f},"
        f" capability {within(power, acted):.3f}, a constant .500"
    )
    cares = made.mean[:, [ISSUES.index(i) for i in VOTED_ON]].mean(1)
    after = [
        j for j, day in enumerate(votes.dates) if until <= day <= END and votes.topics[j] in CYBER
    ]
    present = (np.abs(votes.codes) <= 1)[[votes.states.index(s) for s in states]]
    lines.append(
        f"  voting (rank correlation): {len(after)} later votes of the field"
        f" {spearmanr(cares, present[:, after].mean(1)).statistic:.2f}"
    )
    return "\n".join(lines)


def _spread(mean: Floats) -> list[str]:
    _, count = np.unique(mean.round(), return_counts=True)
    points = ", ".join(f"{q:.0f}" for q in np.percentile(mean, [0, 5, 25, 50, 75, 95, 100]))
    return [
        f"  commonest value: {count.max() / mean.size:.3f} of {mean.size} cells",
        f"  least, 5%, 25%, median, 75%, 95%, most: {points}",
    ]


def _left_out(learned: saliences.Rows) -> list[str]:
    scored = saliences.left_out(learned, len(ISSUES))
    return [
        f"  {len(learned.value)} judgements, {learned.named.sum()} of issues named, left out: "
        + "; ".join(
            f"{way} log score {s.log_score:.3f}, AUC {s.discrimination:.3f}"
            for way, s in scored.items()
        )
    ]


def within(score: Floats, acted: Bools) -> float:
    """Mean over issues of the chance that one who acted scores above one who did not."""
    enough = [k for k in range(len(ISSUES)) if LEAST <= acted[:, k].sum() <= len(acted) - LEAST]
    return float(np.mean([_auc(score[:, k], acted[:, k]) for k in enough]))


def _auc(score: Floats, acted: Bools) -> float:
    n = int(acted.sum())
    return float((rankdata(score)[acted].sum() - n * (n + 1) / 2) / (n * (len(acted) - n)))


if __name__ == "__main__":
    for cut in CUTS:
        print(report(dt.date.fromisoformat(cut)))
