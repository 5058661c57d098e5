"""How offices for cyberspace spread: the numbers of `sim/mechanisms/offices.py`.

    python experiments/fits/offices.py

The dates of scenarios/data/offices.csv are fewer than accounts say there were (over twenty in
2017): each count to 2017 is scaled by 21 over what the table has then. p and q are those of the
mechanism's own equation, with richer ministries first, in its mean; they are fitted on 2012 to
2017 and predict the counts of 2018 (over 25) and of 2022 (over 20 ambassadors), beside no growth.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

Floats = npt.NDArray[np.float64]

DATA = Path(__file__).parents[2] / "scenarios" / "data"
FIRST, LAST, COUNT, STEP = 2011, 2017, 21.0, 0.25
USUAL_P, USUAL_Q, SPREAD = 0.03, 0.38, 1.0  # of 213 products; the log's sd: Sultan and others 1990


def rows(name: str) -> list[dict[str, str]]:
    """Read a table of scenarios/data."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def recorded() -> Floats:
    """Offices at the end of each year to 2017, scaled to the count of that year."""
    years = np.array([int(row["year"]) for row in rows("offices.csv")])
    known = np.array([float((years <= y).sum()) for y in range(FIRST, LAST + 1)])
    scaled: Floats = 1 + (known - 1) * (COUNT - 1) / (known[-1] - 1)
    return scaled


def curve(p: float, q: float, means: Floats, until: int) -> Floats:
    """Expected offices at the end of each year; the first state has one from the start."""
    has = np.zeros(len(means))
    has[means.argmax()] = 1.0
    relative, counts = means / means.mean(), [1.0]
    for _ in range((until - FIRST) * 4):
        seen = (means * has).sum() / means.sum()
        has = has + (1 - has) * -np.expm1(-STEP * (p + q * seen) * relative)
        counts.append(float(has.sum()))
    return np.array(counts[::4])


def main() -> None:
    """Print what is fitted, and what is predicted."""
    means = np.array([float(row["capability"]) for row in rows("un_members_2015.csv")])
    record = recorded()

    def misses(w: Floats) -> float:
        mean = np.diff(curve(float(np.exp(w[0])), float(np.exp(w[1])), means, LAST))
        prior = ((w - np.log([USUAL_P, USUAL_Q])) ** 2).sum() / (2 * SPREAD**2)
        return float((mean - np.diff(record) * np.log(mean)).sum() + prior)

    found = minimize(misses, np.log([0.01, 0.2]), method="Nelder-Mead")
    p, q = np.exp(found.x)
    said = curve(p, q, means, 2024)
    print(f"p = {p:.4f}, q = {q:.3f} a year, on {FIRST}-{LAST}")
    for year, there in zip(range(FIRST, LAST + 1), record, strict=True):
        print(f"  {year}: recorded {there:.1f}, fitted {said[year - FIRST]:.1f}")
    for year, words in ((2018, "over 25"), (2022, "over 20 ambassadors"), (2024, "not known")):
        ahead = f"predicted {said[year - FIRST]:.0f}, no growth {COUNT:.0f}"
        print(f"  {year}: {ahead}, recorded {words}")


if __name__ == "__main__":
    main()
