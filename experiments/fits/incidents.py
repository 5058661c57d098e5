"""What the numbers of incidents and responses rest on: `python experiments/fits/incidents.py DATA`.

DATA is a folder with the tables named below, as their publishers' exports give them; what ships
is read from the package. Printed is what is fitted on what, then what that predicts of numbers
that it was not fitted on, beside a baseline.

- joining: who names the accused beside the victims, of eighteen operations, each left out once
- naming: the chance to be named, and the delay, by accused (eurepoc_response_base_rates.csv,
  eurepoc_attribution_delay_days.csv): one cost of naming is fitted on chances, delays are predicted
- rates: incidents by sponsor and year (cfr_incidents_by_sponsor_year.csv): to 2018, then after
- concessions: dcid2_dyadic_incidents.csv
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "experiments" / "backtests")]

import coalitions as backtest  # noqa: E402
import numpy as np  # noqa: E402
import numpy.typing as npt  # noqa: E402
from logistic import fit  # noqa: E402

from sim import record, shipped  # noqa: E402
from sim.coalitions import joining  # noqa: E402

Floats = npt.NDArray[np.float64]

SPONSORS = {"China": "CHN", "Russian": "RUS", "Iran": "IRN", "Korea (Dem": "PRK"}
REFERENCE = "RUS"  # the cost of naming it is 1
FIRST, LAST = 2014, 2018  # years that rates are fitted on
AFTER = range(2019, 2023)


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    """Read one table of the folder."""
    with (folder / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(line for line in lines if not line.startswith("#")))


# Who joins


def victims(event: backtest.Event) -> Floats:
    """Which states it hit first of all: (states,) of 0 and 1."""
    table = record.table(shipped.data("attributions.csv"), ("event", "victims"))
    hit = next(row.cells["victims"] for row in table if row.cells["event"] == event.name)
    return np.isin(backtest.table(backtest.YEARS[0]).states, hit.split()).astype(float)


def features(event: backtest.Event, events: Sequence[backtest.Event]) -> Floats:
    """Whether a victim; its mean bond with those who call; whether a union speaks for it."""
    states = backtest.table(backtest.YEARS[0]).states
    bond = joining.with_callers(backtest.strength(event.day), event.callers)
    union = np.isin(states, backtest.groups(event.day)["EU"]).astype(float)
    return np.column_stack([victims(event), bond, union])


def joins() -> None:
    """Score the model beside others, with each event left out, and print it fitted on all."""
    events = backtest.attributions()
    models = {
        "base rate": backtest.constant,
        "past rate": backtest.past,
        "bond": backtest.bond,
        "groups, capability, past": backtest.traits,
        "victim, bond, union": features,
    }
    scores = backtest.compared(events, models)
    print(backtest.told("Naming the accused", scores, backtest.FLOORS["attributions"]))
    x = np.concatenate([features(e, events)[e.asked] for e in events])
    found = fit(x, np.concatenate([e.joined[e.asked] for e in events]))
    slopes = found.weights[1:] / found.sd
    cut = found.weights[0] - float(slopes @ found.mean)
    print("on all: h = {:.2f} + {:.2f} victim + {:.2f} bond + {:.2f} union\n".format(cut, *slopes))


# Who is named, and when


def naming(folder: Path) -> None:
    """Fit costs of naming on chances; predict delays by them from that of one accused."""
    rates = rows(folder, "eurepoc_response_base_rates.csv")
    chance = {r["value"]: float(r["p_political"]) for r in rates if r["cut"] == "initiator"}
    delays = rows(folder, "eurepoc_attribution_delay_days.csv")
    state = {r["initiator"]: r for r in delays if r["attributor"] == "political (state)"}
    base, median = chance[REFERENCE], float(state[REFERENCE]["d50"])
    print(f"named: {base:.3f} of incidents of {REFERENCE}, after {median:.0f} days (both fitted)")
    for who in ("PRK", "IRN", "CHN", "OTHER"):
        cost, real = base / chance[who], float(state[who]["d50"])
        told = f"predicted after {cost * median:5.0f} days, was {real:5.0f} ({median:.0f} for all)"
        print(f"  {who:6} cost {cost:.2f} (fitted), {told}")
    quarter = [np.log(float(r["d75"]) / float(r["d25"])) / 1.349 for r in state.values()
               if r["initiator"] in chance and float(r["d25"]) > 0]  # fmt: skip
    print(f"  sd of the log of the delay, mean over accused: {np.mean(quarter):.2f}\n")


# How many there are


def by_sponsor(folder: Path) -> dict[str, dict[int, int]]:
    """Incidents of the four most named sponsors by year, from 2005."""
    found: dict[str, dict[int, int]] = {iso3: defaultdict(int) for iso3 in SPONSORS.values()}
    for row in rows(folder, "cfr_incidents_by_sponsor_year.csv"):
        for start, iso3 in SPONSORS.items():
            if row["Sponsor"].startswith(start):
                found[iso3][int(row["year"])] += int(row["incidents"])
    return found


def grows(of: Mapping[str, Mapping[int, int]]) -> float:
    """Growth a year that all sponsors share, by least squares on the log of their sum."""
    years = np.arange(FIRST, LAST + 1)
    total = np.log([sum(counts.get(y, 0) for counts in of.values()) for y in years.tolist()])
    return float(np.polyfit(years, total, 1)[0])


def rates(folder: Path) -> None:
    """Fit a level by sponsor and one growth on the years to 2018, and predict those after."""
    counts = by_sponsor(folder)
    growth = grows(counts)
    years = range(FIRST, LAST + 1)
    print(f"growth {100 * np.expm1(growth):.0f}% a year, {FIRST}-{LAST}; incidents of 2019-2022:")
    for who, of in counts.items():
        raised = sum(np.exp(growth * (y - 2019)) for y in years)
        level = sum(of.get(y, 0) for y in years) / raised  # at the beginning of 2019
        told = level * sum(np.exp(growth * (y - 2019)) for y in AFTER)
        real, flat = sum(of.get(y, 0) for y in AFTER), len(AFTER) * of.get(LAST, 0)
        print(
            f"  {who} {level:5.1f} a year; predicted {told:4.0f}, as in {LAST} {flat:4}, was {real}"
        )
    logs = [np.log(max(of.get(y, 0), 1)) - growth * y for of in counts.values() for y in years]
    spread = np.reshape(logs, (len(counts), -1)).std(axis=1, ddof=1)
    print(f"  sd of the log by year and sponsor: {spread.mean():.2f}\n")


def concessions(folder: Path) -> None:
    """Count incidents in which the target conceded anything."""
    of = rows(folder, "dcid2_dyadic_incidents.csv")
    yes = sum(row["Concession"] == "1" for row in of)
    print(f"concessions: {yes} of {len(of)} incidents, {100 * yes / len(of):.1f}%")


def main() -> None:
    """Print all four."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path, help="folder with the tables that are fitted on")
    folder = parser.parse_args().data
    joins()
    naming(folder)
    rates(folder)
    concessions(folder)


if __name__ == "__main__":
    main()
