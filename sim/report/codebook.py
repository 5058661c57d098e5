"""The codebook of a folder: what every column of every table in it means."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from sim.core.frames import in_formulas
from sim.core.registry import kind_of
from sim.experiment.outcomes import Declared, declared
from sim.show import words
from sim.show.tables import Table
from sim.study.columns import (
    ACTOR,
    DRAFT,
    KEYS,
    NOTHING,
    OF_BALLOTS,
    OF_RUNS,
    OUTCOME,
    POINT,
    RUN,
    STAGE,
    TIDY,
    WORLD,
    Meaning,
    described,
)

Columns = Mapping[str, tuple[str, ...]]  # file, below the folder -> its columns, in order

COLUMNS = ("file", "column", "title", "meaning", "unit", "low", "high", "missing", "in_formulas")


def _share(meaning: str, missing: str = "never") -> Meaning:
    return Meaning(meaning, "share", "0", "1", missing)


def _scale(meaning: str, missing: str = "never") -> Meaning:
    return Meaning(meaning, "0-100", "0", "100", missing)


def _number(meaning: str, low: str = "", missing: str = "never") -> Meaning:
    return Meaning(meaning, "the outcome's own", low, "", missing)


UNKNOWN = "where these runs cannot tell"
READING = Meaning("of a changed rule: what is held fixed", missing="no rule was changed")
NOTED = "where the note says why"
FACTOR = Meaning("path of the factor, as --set takes it")
CONDITIONS = Meaning("levels of factors under which points fall together", missing="all points")
NOTE = Meaning("what to mind about the row, or why there is no number", missing="nothing to mind")

OF_FILE: dict[str, dict[str, Meaning]] = {
    "runs": {"run": RUN, "world": WORLD},
    "tidy.parquet": dict(TIDY),
    "votes.csv": {
        **OF_BALLOTS,
        "recorded": Meaning("what it did in fact", missing="not on record, or hidden"),
    },
    "clauses.csv": {
        "draft": DRAFT,
        "clause": Meaning("label of the clause"),
        "issue": Meaning("code of the issue it moves"),
        "status_quo": _scale("where the issue stood before"),
        "tabled": _scale("where the clause as tabled would put it"),
        "came_out": _scale("where it stands at the end by that clause, mean over runs"),
        "low": _scale("5th percentile of that over runs"),
        "high": _scale("95th percentile of that over runs"),
        "dropped": _share("share of runs in which the clause fell"),
        "missed": _scale(
            "where it stands in a text that nobody would have blocked, mean over the runs in which"
            " one existed and was not found",
            "no run missed such a text",
        ),
        "words": Meaning("what the clause says", missing="the scenario gives no words"),
    },
    "paired.csv": {
        "outcome": OUTCOME,
        "base": _number("mean without the change"),
        "changed": _number("mean with the change"),
        "difference": _number("mean over runs of changed minus base"),
        "error": _number("standard error of that difference, paired", "0", UNKNOWN),
        "smallest": _number("smallest true difference these runs would show", "0", UNKNOWN),
        "holds": _share("share of worlds whose difference has this sign", "no difference"),
        "opposes": _share("share of worlds whose difference has the other sign", "no difference"),
        "chance_low": _number("lower end of the 90% interval of the mean by chance", "", UNKNOWN),
        "chance_high": _number("upper end of that interval", "", UNKNOWN),
        "worlds_low": _number("nine in ten worlds' own differences lie above this", "", UNKNOWN),
        "worlds_high": _number("and below this", "", UNKNOWN),
        "defined": _share("share of pairs of runs in which both sides have the outcome"),
        "reading": READING,
        "assumptions": Meaning("assumptions in which worlds differ that were looked at", "number"),
        "flips": Meaning("those that give the difference clearly the other sign", missing="none"),
        "matters": Meaning("the assumption that moves the difference most", missing="none does"),
        "lowest": _number("mean difference where that one is in its lowest quarter", "", "none"),
        "highest": _number("mean difference where it is in its highest quarter", "", "none"),
    },
    "who_changed.csv": {
        "draft": DRAFT,
        "stage": STAGE,
        "actor": ACTOR,
        "share": _share("share of runs in which it decides otherwise with the change"),
        "before": Meaning("what it most often did without the change, of those runs"),
        "after": Meaning("what it most often does with it, of those runs"),
        "reading": READING,
    },
    "acts.csv": {
        "session": Meaning("session in which it was done", "number", "1"),
        "actor": ACTOR,
        "act": Meaning("what it did"),
        "target": Meaning("id of the delegation that it was done to", missing="nobody"),
        "draft": Meaning("label of the draft that it was about", missing="no draft"),
        "runs": Meaning("runs in which it was done", "runs", "1"),
        "share": _share("share of runs in which it was done"),
        "size": Meaning("how much of it, mean over those runs", "the act's own"),
        "reason": Meaning("why it was done", missing="no reason is given"),
    },
    "coalitions.csv": {
        "name": Meaning("who leads it, and the texts that most of its members are for or against"),
        "leader": Meaning(
            "id of its most capable state (of companies alone: company), known by it over runs"
        ),
        "side": Meaning("the texts that most of its members were for and against", missing="none"),
        "members": Meaning("ids of those in it in half of its runs or more, the surest first"),
        "at_times": Meaning("ids of those in it in a fifth of its runs or more", missing="nobody"),
        "size": Meaning("members, mean over its runs", "actors", "2"),
        "share": _share("share of runs in which it has formed by the last session: its runs"),
        "stable": _share("share of its runs in which no member would rather be elsewhere"),
        "worlds": _share("share of worlds in which it forms in any run"),
        "worlds_stable": _share("share of worlds in which it does, and is stable in half of them"),
        "pivotal": _share(
            "share of last votes that had gone the other way with its votes turned round",
            "it took part in no vote",
        ),
        "power": _share(
            "Shapley-Shubik index of its usual members as one, in the forum where it is largest",
            "fewer than two of them vote, or it is rare",
        ),
        "wavering": Meaning(
            "id of the member that would most often rather be elsewhere", missing="none would"
        ),
        "bridge": Meaning(
            "id of the actor, in it at times, that divides its runs most evenly between coalitions",
            missing="nobody is in it at times",
        ),
        "platform": Meaning("where its members stand on each issue, 0-100, mean over its runs"),
    },
    "comembership.parquet": {
        "actor": ACTOR,
        "other": Meaning("id of another"),
        "runs": Meaning("runs in which both are in one coalition in the last session", "runs", "0"),
        "share": _share("share of runs in which they are"),
    },
    "codebook.csv": {
        "file": Meaning("path of a table below this folder"),
        "column": Meaning("name of a column in it"),
        "title": Meaning("what to call it"),
        "meaning": Meaning("what the column holds"),
        "unit": Meaning("what it is counted or measured in"),
        "low": Meaning("the least it can be", missing="no lower end, or text"),
        "high": Meaning("the most it can be", missing="no upper end, or text"),
        "missing": Meaning("when a cell is empty"),
        "in_formulas": Meaning("a name of letters, digits and _, for formulas"),
    },
    "points.csv": {
        "point": POINT,
        "outcome": OUTCOME,
        **KEYS,
        "runs": Meaning("runs of the point in which the outcome is defined", "runs", "0"),
        "defined": _share("share of those runs in which the outcome is defined"),
        "mean": _number("mean over the runs in which it is defined", missing="never defined"),
        "error": _number("standard error of that mean", "0", UNKNOWN),
        "chance": _number("standard deviation within a world", "0", UNKNOWN),
        "ignorance": _number("standard deviation across worlds", "0", UNKNOWN),
        "low": _number("5th percentile of the runs", missing="never defined"),
        "high": _number("95th percentile of the runs", missing="never defined"),
        "difference": _number("mean over runs of this point minus base", missing="no base"),
        "difference_error": _number("standard error of that difference", "0", UNKNOWN),
        "smallest": _number("smallest true difference these runs would show", "0", UNKNOWN),
        "holds": _share("share of worlds whose difference has this sign", "no difference"),
        "opposes": _share("share of worlds whose difference has the other sign", "no difference"),
    },
    "design.csv": {
        "point": POINT,
        "settings": Meaning("the changes it makes, PATH=VALUE", missing="the base"),
        "runs": Meaning("runs of the point that were played", "runs", "0"),
        "failed": Meaning("runs of the point that failed and are left out", "runs", "0"),
    },
    "results.parquet": dict(OF_RUNS),
    "sensitivity.csv": {
        "outcome": OUTCOME,
        "factor": FACTOR,
        "mu_star": _number("mean absolute elementary effect over the factor's range", "0", NOTED),
        "mu": _number("mean elementary effect over the factor's range", missing=NOTED),
        "sigma": _number("standard deviation of the elementary effects", "0", NOTED),
        "interval": _number("mu_star +- this holds 95% of bootstrap samples", "0", NOTED),
        "first": _share("share of the variance that is the factor's alone", NOTED),
        "first_interval": _share("half-width of its 95% interval", NOTED),
        "total": _share("that share with all it does together with others", NOTED),
        "total_interval": _share("half-width of its 95% interval", NOTED),
        "noise": _share("share of the variance between points that is their error", UNKNOWN),
        "note": NOTE,
    },
    "rules.csv": {
        "outcome": OUTCOME,
        "threshold": _number("from which mean on a point counts as yes", missing=NOTED),
        "conditions": CONDITIONS,
        "share": _share("share of the points under these conditions that are a yes", NOTED),
        "mean": _number("mean of the outcome under these conditions", missing=NOTED),
        "points": Meaning("points under these conditions", "points", "0", missing=NOTED),
        "accuracy": _share("share of points called right that the tree had not seen", NOTED),
        "baseline": _share("share that the commoner answer alone calls right", NOTED),
        "error": _share("standard error of accuracy minus baseline", NOTED),
        "note": NOTE,
    },
}
OF_FILE["votes.parquet"] = {"point": POINT} | {
    name: OF_FILE["votes.csv"][name] for name in OF_FILE["votes.csv"] if name != "recorded"
}
QUANTILES = (5, 10, 25, 50, 75, 90, 95)
OF_EFFECTS = {n: m for n, m in OF_FILE["sensitivity.csv"].items() if n not in ("noise", "note")}
PARTS = "parts/"
FIGURES: dict[str, Meaning] = {  # columns of the tables beside a sweep's figures
    "point": POINT,
    "points": Meaning("points that this place of the figure is the mean of", "points", "1"),
    "runs": Meaning("runs of each of these points", "runs", "0"),
    "defined": _share("share of runs in which the outcome is defined"),
    "mean": _number("mean, as the figure shows it", missing="never defined"),
    "error": _number("standard error of that mean", "0", UNKNOWN),
    "interval_low": _number("lower end of its 95% interval", missing=UNKNOWN),
    "interval_high": _number("upper end of its 95% interval", missing=UNKNOWN),
    "run_low": _number("5th percentile of the runs", missing="mean of several points"),
    "run_high": _number("95th percentile of the runs", missing="mean of several points"),
    "chance": _number("standard deviation within a world", "0", UNKNOWN),
    "ignorance": _number("standard deviation across worlds", "0", UNKNOWN),
    "outcome": OUTCOME,
    "factor": FACTOR,
    "row": Meaning("words of the row of the figure"),
    "change": Meaning("the changes the point makes, PATH=VALUE", missing="the base"),
    "base": _number("mean of what is compared with", missing="never defined"),
    "changed": _number("mean at the point", missing="never defined"),
    "difference": _number("mean over runs of the point minus what is compared with"),
    "smallest": _number("smallest true difference these runs would show", "0", UNKNOWN),
    "seen": Meaning("whether the difference stands out of its error", "true or false"),
    "rank_correlation": Meaning(
        "Spearman's rank correlation of the factor with the mean, over points",
        *("correlation", "-1", "1"),
        missing=UNKNOWN,
    ),
    "setting": Meaning("the changes the point makes, in words"),
    "clause": Meaning("label of the clause"),
    "panel": Meaning("words above the panel of the figure"),
    "column": Meaning("words below the column of the panel"),
    **{f"q{q:02d}": _scale(f"percentile {q} of the runs", "never defined") for q in QUANTILES},
    **{
        word.replace(" ", "_"): _share(f"share of the members' decisions that are: {word}")
        for word in words.DECISION.values()
    },
    "conditions": CONDITIONS,
    "share": _share("share of the points under these conditions that are a yes"),
    **OF_EFFECTS,
}
TABLES_OF_RUNS = ("runs.csv", "runs.parquet", "base_runs.csv", "base_runs.parquet")


def codebook(
    columns: Columns,
    outcomes: Mapping[str, Declared] | None = None,
    factors: Iterable[str] = (),
) -> Table:
    """Say of every column of every table what it means.

    Args:
        columns: of each CSV and Parquet file; see `columns_of`.
        outcomes: as `sim.experiment.outcomes.declared` says of them; without it they are read off
            the columns of the table of runs.
        factors: paths that are columns of a sweep's tables.

    Returns:
        A row for each column; the meaning of one that nobody declared is empty.
    """
    known = dict(declared(_of_runs(columns)) if outcomes is None else outcomes)
    varied = set(factors)
    rows = [
        (file, column, meaning(file, column, known, varied))
        for file, names in columns.items()
        for column in names
    ]
    return {
        "file": [file for file, _, _ in rows],
        "column": [column for _, column, _ in rows],
        "title": [of.title or column.replace("_", " ") for _, column, of in rows],
        **{name: [getattr(of, name) for _, _, of in rows] for name in COLUMNS[3:-1]},
        "in_formulas": [name for names in columns.values() for name in in_formulas(names).values()],
    }


def _of_runs(columns: Columns) -> Iterator[str]:
    """Every column of outcomes in the tables of runs, once."""
    names = dict.fromkeys(c for file in TABLES_OF_RUNS for c in columns.get(file, ()))
    return (c for c in names if kind_of(c) is not None)


def columns_of(folder: Path, only: Collection[str] = ()) -> dict[str, tuple[str, ...]]:
    """The columns of every CSV and Parquet file of a folder, and those of its codebook to be.

    A sweep's ``parts/`` are left out: they are put together in its table of results. With
    ``only``, no other file is opened: whatever else lies there may be half of one.
    """
    files = sorted(f for f in folder.rglob("*") if f.suffix in (".csv", ".parquet"))
    named = {f.relative_to(folder).as_posix(): f for f in files}
    named = {name: f for name, f in named.items() if not only or name in only}
    found = {name: tuple(_header(f)) for name, f in named.items() if not name.startswith(PARTS)}
    return found | {"codebook.csv": COLUMNS}


def _header(file: Path) -> Iterator[str]:
    if file.suffix == ".parquet":
        import pyarrow.parquet as pq

        yield from pq.read_schema(file).names
        return
    with file.open(encoding="utf-8", newline="") as lines:
        yield from next(csv.reader(lines), [])


def meaning(
    file: str, column: str, outcomes: Mapping[str, Declared], factors: Collection[str] = ()
) -> Meaning:
    """Say what one column of one file means; nothing if nobody declared it."""
    table = "runs" if file in TABLES_OF_RUNS else file
    found = described([column], OF_FILE.get(table, {}), outcomes, factors)[column]
    if found is not NOTHING:
        return found
    return FIGURES.get(column, NOTHING) if file.startswith("figures/") else NOTHING
