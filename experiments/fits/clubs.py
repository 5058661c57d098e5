"""How pledges grow and whom they draw: the numbers of `sim/mechanisms/clubs.py`.

    python experiments/fits/clubs.py

Counts: scenarios/data/pledges.csv, to the end of 2022. Over each span between two counts the new
names are taken as Poisson about those of Bass's curve that begins at the first; p and q are common
to the four pledges, each of which counts the same. Each pledge is then predicted from the other
three, beside no growth. Whom: a hazard of joining in the nearness to what the pledge stands for,
by the positions of scenarios/data/un_members_*.csv that were known before, with a base rate a span.
What each stands for is a reading of its text, as in the scenarios.
"""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

Floats = npt.NDArray[np.float64]

DATA = Path(__file__).parents[2] / "scenarios" / "data"
STATES, CUT = 193.0, dt.date(2022, 12, 31)
SPANS: tuple[tuple[str, str, str, str, dict[str, float]], ...] = (
    # pledge, the positions' year, joined after and by, what it stands for
    ("freedom_online", "2013", "2013-06-30", "2016-12-31", {"SOV": 15, "MSH": 75}),
    ("paris_call", "2018", "2018-11-11", "2021-11-12", {"MSH": 70, "TREATY": 12}),
    ("budapest", "2018", "2018-11-08", "2022-12-31", {"CRIME": 12}),
)


def rows(name: str) -> list[dict[str, str]]:
    """Read a table of scenarios/data."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def counts(after: dt.date | None = None) -> dict[str, list[tuple[float, float]]]:
    """The counts of each pledge to the cut, or after that day: (years, names)."""
    found: dict[str, list[tuple[float, float]]] = {}
    for row in rows("pledges.csv"):
        day = dt.date.fromisoformat(row["date"])
        if (day <= CUT) if after is None else (day > after):
            year = day.year + (day.timetuple().tm_yday - 1) / 365.25
            found.setdefault(row["pledge"], []).append((year, float(row["count"])))
    return found


def ahead(n: Floats, years: Floats, p: float, q: float) -> Floats:
    """Names after so many years, from n of them: Bass's curve through n."""
    f = n / STATES
    odds = (p + q * f) / (1 - f) * np.exp((p + q) * years)
    return np.asarray(STATES * (odds - p) / (odds + q))


def steps(series: list[tuple[float, float]]) -> tuple[Floats, Floats, Floats]:
    """First count, years and new names of each span."""
    t, n = np.array(series).T
    return n[:-1], np.diff(t), np.diff(n)


def fitted(series: list[list[tuple[float, float]]]) -> tuple[float, float]:
    """The p and q of several pledges."""

    def misses(w: Floats) -> float:
        p, q = np.exp(w)
        total = 0.0
        for one in series:
            n, years, new = steps(one)
            mean = np.maximum(ahead(n, years, p, q) - n, 1e-9)
            total += float(np.mean(mean - new * np.log(mean)))
        prior = ((w - np.log([0.03, 0.38])) ** 2).sum() / 8  # sd of 2: it decides next to nothing
        return float(total + prior / 10)

    found = minimize(misses, np.log([0.01, 0.05]), method="Nelder-Mead", options={"maxiter": 4000})
    p, q = np.exp(found.x)
    return float(p), float(q)


def nearness(year: str, stands: dict[str, float]) -> dict[str, float]:
    """How near each state is, in sds over states."""
    table = rows(f"un_members_{year}.csv")
    apart = [sum((float(r[k]) - v) ** 2 for k, v in stands.items()) ** 0.5 for r in table]
    near = -np.array(apart)
    z = (near - near.mean()) / near.std()
    return {row["id"]: float(value) for row, value in zip(table, z, strict=True)}


def span(pledge: str, year: str, after: str, by: str, stands: dict[str, float]) -> list[Floats]:
    """The nearness of those outside, and whether each joined in the span."""
    joined = {r["iso3"]: r["by"] for r in rows("pledge_members.csv") if r["pledge"] == pledge}
    near = nearness(year, stands)
    outside = [s for s in near if not joined.get(s, "9") <= after]
    z = np.array([near[s] for s in outside])
    return [z, np.array([joined.get(s, "9") <= by for s in outside], dtype=float)]


def drawn(spans: list[list[Floats]]) -> tuple[float, float]:
    """How much nearness matters over spans, and its error."""

    def misses(w: Floats) -> float:
        total = 0.0
        for level, (z, y) in zip(w[1:], spans, strict=True):
            hazard = np.exp(level + w[0] * z)
            total += float((hazard * (1 - y) - y * np.log(-np.expm1(-hazard))).sum())
        return total

    found = minimize(misses, np.array([0.5, *[-2.0] * len(spans)]), method="BFGS")
    return float(found.x[0]), float(np.sqrt(np.asarray(found.hess_inv)[0, 0]))


def main() -> None:
    """Print what is fitted, and what is predicted of what was left out."""
    series = counts()
    p, q = fitted(list(series.values()))
    print(f"p = {p:.4f}, q = {q:.4f} a year, on {len(series)} pledges to {CUT}")
    appeal = []
    for name, one in series.items():
        n, years, new = steps(one)
        appeal.append(float(new.sum() / (ahead(n, years, p, q) - n).sum()))
        others = [s for other, s in series.items() if other != name]
        t, count = np.array(one).T
        said = ahead(count[:1], t[1:] - t[0], *fitted(others))
        print(
            f"  {name}: appeal {appeal[-1]:.2f}; from the other three, mean error"
            f" {np.abs(said - count[1:]).mean():.1f} names, no growth"
            f" {np.abs(count[0] - count[1:]).mean():.1f}"
        )
    print(f"sd of the log of appeal: {np.std(np.log(appeal), ddof=1):.2f}")
    for name, later in counts(after=CUT).items():
        t, count = np.array(series[name][-1:] + later).T
        said = ahead(count[:1], t[1:] - t[0], p, q)
        print(f"  after the cut, {name}: {said.round(0)} for {count[1:]}, no growth {count[0]:g}")
    spans = [span(*about) for about in SPANS]
    slope, error = drawn(spans)
    print(f"b = {slope:.2f} (error {error:.2f}), on {sum(int(y.sum()) for _, y in spans)} names")
    for alone, (pledge, *_) in zip(spans, SPANS, strict=True):
        print(f"  {pledge} alone: {drawn([alone])[0]:.2f}")


if __name__ == "__main__":
    main()
