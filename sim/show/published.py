"""What published models say, side by side: printed, as data, and as files."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sim.delimited import written
from sim.errors import Mistake
from sim.published.asking import SCENARIO, Asked, how
from sim.published.model import Model
from sim.published.models import MODELS
from sim.published.of_scenario import forum_name
from sim.published.solution import columns
from sim.published.table import Table
from sim.show import words
from sim.study.run import Run

if TYPE_CHECKING:
    from sim.published.importing import Imported

Floats = npt.NDArray[np.float64]
FIRST, CELL, WIDE = 19, 8, 80
ACTORS = 12  # of whom power is printed
ISSUE = 11  # letters of an issue's name
STATUS_QUO, OUTCOME, OURS = "status quo", "what came of it", "our simulation"
WARNED = 4


# Printed


def lines(asked: Asked, run: Run | None = None) -> Iterator[str]:
    """Print models as rows and issues as columns, then what is to be said of them."""
    yield from _head(asked)
    rows = dict(outcomes(asked, run))
    if asked.table.issues and len(rows) > 0:
        yield from _grid(asked.table, rows)
    if asked.named or not asked.table.issues:
        yield from _powers(asked)
    for name, solution in asked.solutions.items():
        for text in solution.said if asked.named else solution.said[:1]:
            yield from _wrapped(f"{name}: {text}", "  ")
    for text in sentences(asked, rows, run):
        yield from _wrapped(text)
    for name, why in asked.left_out.items():
        hint = f": {how(why)}" if how(why) else ""
        yield from _wrapped(f"{name} {why}{hint}", "  ")
    yield from _warned(asked.opened.warnings)


def _head(asked: Asked) -> Iterator[str]:
    table, kind = asked.table, asked.opened.kind
    of = "scenario" if kind == SCENARIO else f"{kind} file"
    scenario = asked.opened.scenario
    room = f" of {forum_name(scenario)}" if scenario else ""
    counts = [f"{len(table.actors)} actor{'s' * (len(table.actors) != 1)}{room}"]
    if table.issues:
        counts.append(f"{len(table.issues)} issue{'s' * (len(table.issues) != 1)}")
    title = scenario.title if scenario else table.name
    yield from _wrapped(f"{title}: {', '.join(counts)} ({of})")


def outcomes(asked: Asked, run: Run | None = None) -> Iterator[tuple[str, Floats]]:
    """Rows of outcomes in the units of the file, (issues,); what nobody says anything of goes."""
    table = asked.table
    if not np.isnan(table.status_quo).all():
        yield STATUS_QUO, table.in_units(table.status_quo)
    for name, solution in asked.solutions.items():
        if not np.isnan(solution.outcome).all():
            yield name, table.in_units(solution.outcome)
    if run is not None:
        yield OURS, simulated(run, table.issues) * (table.high - table.low) + table.low
    if not np.isnan(table.outcome).all():
        yield OUTCOME, table.in_units(table.outcome)


def simulated(run: Run, issues: Sequence[str]) -> Floats:
    """Where issues stand at the end of our runs, on average: (issues,), 0-1."""
    return np.array([float(run.outcomes.number(f"status_quo.{k}").mean()) for k in issues])


def _grid(table: Table, rows: Mapping[str, Floats]) -> Iterator[str]:
    names = [words.short(k, ISSUE) for k in table.issues]
    digits = [0 if abs(high - low) > 1000 else 1 if abs(high - low) > 20 else 3
              for low, high in zip(table.low, table.high, strict=True)]  # fmt: skip
    width = max(CELL, max(map(len, names)) + 1)
    fit = max((WIDE - FIRST) // width, 1)
    for start in range(0, len(names), fit):
        part = range(start, min(start + fit, len(names)))
        widths = (FIRST, *(width for _ in part))
        if start:
            yield ""
        yield words.columns(widths, "", *(names[k] for k in part))
        for name, values in rows.items():
            cells = (words.number(float(values[k]), digits[k]) for k in part)
            yield words.columns(widths, name, *cells)


def _powers(asked: Asked) -> Iterator[str]:
    powers = dict(power_columns(asked))
    if not powers:
        return
    table = asked.table
    first = next(iter(powers.values()))
    order = np.argsort(-first, kind="stable")
    names = list(powers)
    width = max(CELL, max(map(len, names)) + 2)
    widths = (FIRST, *(width for _ in names))
    yield ""
    yield words.columns(widths, "share of power, %", *names)
    if all(np.ptp(values) < 1e-9 for values in powers.values()):
        cells = (words.number(100 * float(v[0]), 2) for v in powers.values())
        yield words.columns(widths, f"each of {len(table.actors)} alike", *cells)
        return
    for i in order[:ACTORS]:
        cells = (words.number(100 * float(v[i]), 2) for v in powers.values())
        yield words.columns(widths, _called(asked, table.actors[i]), *cells)
    if len(order) > ACTORS:
        yield f"{len(order) - ACTORS} more actors: --json or --out"


def _called(asked: Asked, actor: str) -> str:
    """A country by its name; an actor of a file as the file has it."""
    return words.called(actor) if asked.opened.kind == SCENARIO else actor


def power_columns(asked: Asked) -> Iterator[tuple[str, Floats]]:
    """Shares of power by model, (actors,); of power indices the Banzhaf index beside."""
    for name, solution in asked.solutions.items():
        if solution.power is None:
            continue
        if name == "power":
            table = solution.tables["power"]
            yield "Shapley", solution.power
            yield "Banzhaf", np.asarray(table["banzhaf"], dtype=np.float64)
        else:
            yield name, solution.power


# In sentences


def sentences(asked: Asked, rows: Mapping[str, Floats], run: Run | None) -> Iterator[str]:
    """Say how far apart the answers lie, and what is not alike about them."""
    said = {name: values for name, values in rows.items() if name in asked.solutions}
    if len(said) > 1:
        yield _spread(asked.table, said)
    if run is not None and said:
        yield from _beside(asked, said, rows[OURS], run)
    known = rows.get(OUTCOME)
    if known is not None and said:
        yield _errors(asked.table, rows, known)
    if said and OURS not in rows and known is None:
        yield ("None of these is a forecast; read the plainest, compromise, beside any other.")


def _spread(table: Table, said: Mapping[str, Floats]) -> str:
    """On which issue models lie farthest apart."""
    names, values = list(said), np.array(list(said.values()))
    per = np.full(len(table.issues), -1.0)
    for k in range(len(table.issues)):
        there = values[:, k][~np.isnan(values[:, k])]
        if len(there) > 1:
            per[k] = np.ptp(there) / abs(table.high[k] - table.low[k])
    if per.max() < 0:
        return "No two models say anything of the same issue."
    k = int(per.argmax())
    low, high = int(np.nanargmin(values[:, k])), int(np.nanargmax(values[:, k]))
    mean = words.number(100 * float(per[per >= 0].mean()))
    if per[k] < 0.0005:
        return "All models agree on every issue."
    return (
        f"Models lie farthest apart on {table.issues[k]}: {_value(values[low, k])} ({names[low]})"
        f" to {_value(values[high, k])} ({names[high]}); on average over issues their answers"
        f" span {mean}% of the scale."
    )


def _value(value: float) -> str:
    return f"{value:.4g}" if abs(value) < 10 else words.number(value, 1)


def _beside(
    asked: Asked, said: Mapping[str, Floats], ours: Floats, run: Run
) -> Iterator[str]:  # fmt: skip
    values = np.array(list(said.values()))
    table = asked.table
    below, above = np.nanmin(values, axis=0), np.nanmax(values, axis=0)
    outside = [
        k for i, k in enumerate(table.issues) if not below[i] - 0.05 <= ours[i] <= above[i] + 0.05
    ]
    where = f"outside all of them on {words.some(outside, 4)}" if outside else "among them"
    told = _adopted(run)
    yield (
        f"Our simulation ({run.outcomes.runs} runs) ends {where}. Not alike: the models know"
        " positions and weights, as best guesses, and look for one outcome on each issue; the"
        " simulation decides on texts by the forum's rules, with errors of positions drawn, and"
        f" its mean is over runs with a text and runs without ({told})."
    )


def _adopted(run: Run) -> str:
    from sim.analysis.tally import finals, tallies

    found = finals(tallies(run.setting, run.outcomes))
    return "; ".join(f"{t.draft} adopted in {words.percent(t.adopted)}" for t in found[:3])


def _errors(table: Table, rows: Mapping[str, Floats], known: Floats) -> str:
    """Mean absolute errors on 0-100, where it is known what came of it."""
    span = np.abs(table.high - table.low)
    found = {}
    for name, values in rows.items():
        error = np.abs(values - known) / span
        if name != OUTCOME and not np.isnan(error).all():
            found[name] = float(np.nanmean(error)) * 100
    ranked = sorted(found, key=lambda name: found[name])
    told = ", ".join(f"{name} {words.number(found[name], 1)}" for name in ranked)
    return f"Mean error on what is known, on 0-100: {told}. A hindcast, not a forecast."


def _warned(found: Sequence[Mistake]) -> Iterator[str]:
    if found:
        yield "Of the file:"
    for warning in found[:WARNED]:
        yield from _wrapped(str(warning), "  ", "  ")
    if len(found) > WARNED:
        yield f"  and {len(found) - WARNED} more: --json"


def _wrapped(text: str, indent: str = "", first: str = "") -> list[str]:
    return textwrap.wrap(
        text, WIDE, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False
    )


# As data


def data(asked: Asked, run: Run | None = None) -> dict[str, Any]:
    """All of it, as for JSON: outcomes in the file's units, shares of power, what was said."""
    table = asked.table
    rows = dict(outcomes(asked, run))
    return {
        "source": asked.opened.source,
        "kind": asked.opened.kind,
        "settings": list(asked.opened.settings),
        "actors": list(table.actors),
        "issues": list(table.issues),
        "scales": {
            k: [float(low), float(high)]
            for k, low, high in zip(table.issues, table.low, table.high, strict=True)
        },
        "status_quo": _by_issue(table, rows.get(STATUS_QUO)),
        "outcome": _by_issue(table, rows.get(OUTCOME)),
        "models": {name: _answer(asked, name) for name in asked.solutions},
        "simulation": _by_issue(table, rows.get(OURS)),
        "runs": run.outcomes.runs if run else 0,
        "left_out": dict(asked.left_out),
        "said": list(sentences(asked, rows, run)),
        "warnings": [str(warning) for warning in asked.opened.warnings],
    }


def _answer(asked: Asked, name: str) -> dict[str, Any]:
    table, solution = asked.table, asked.solutions[name]
    power = solution.power
    return {
        "title": MODELS[name].title,
        "options": dict(asked.options.get(name, {})),
        "outcome": _by_issue(table, table.in_units(solution.outcome)),
        "outcome_0_100": _by_issue(table, 100 * solution.outcome),
        "power": None if power is None else dict(zip(table.actors, power.tolist(), strict=True)),
        "said": list(solution.said),
    }


def _by_issue(table: Table, values: Floats | None) -> dict[str, float] | None:
    if values is None or np.isnan(values).all():
        return None
    return {k: float(v) for k, v in zip(table.issues, values, strict=True)}


# As files


def tables(asked: Asked, run: Run | None = None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Tables for files, by name: outcomes, shares of power, paths, and every model's own."""
    issues = asked.table.issues
    ends = (
        (name, issue, round(float(value), 9))
        for name, values in outcomes(asked, run)
        for issue, value in zip(issues, values, strict=True)
    )
    yield "outcomes", columns("model issue outcome", ends)
    powers = dict(power_columns(asked))
    if powers:
        yield "shares", {"actor": list(asked.table.actors), **powers}
    moves = [
        (name, turn, issue, round(float(value), 9))
        for name, solution in asked.solutions.items()
        if solution.path is not None
        for turn, values in enumerate(asked.table.in_units(solution.path))
        for issue, value in zip(issues, values, strict=True)
    ]
    if moves:
        yield "paths", columns("model round issue outcome", moves)
    for name, solution in asked.solutions.items():
        for what, table in solution.tables.items():
            yield f"{name}_{what}" if what != name else name, table


def plain(table: Table) -> bytes:
    """The table as a plain file that can be read again, in the units of the file it came from."""
    out = io.StringIO()
    for k, issue in enumerate(table.issues):
        out.write(f"# scale {issue}: {table.low[k]:.10g} to {table.high[k]:.10g}\n")
        for what, values in (("status_quo", table.status_quo), ("outcome", table.outcome)):
            if not np.isnan(values[k]):
                out.write(f"# {what} {issue}: {_exact(table.in_units(values)[k])}\n")
        said = table.words.get(issue, {})
        for what, pole in (("low", table.low[k]), ("high", table.high[k])):
            if pole in said:
                out.write(f"# {what} {issue}: {said[float(pole)]}\n")
    if not table.issues:
        pairs = zip(table.actors, map(_exact, table.overall), strict=True)
        return (out.getvalue() + written(chain([("actor", "capability")], pairs))).encode()
    rows: list[tuple[str, ...]] = [("actor", "issue", "position", "salience", "capability")]
    units = table.in_units(table.position)
    for i, k in np.argwhere(table.present).tolist():
        numbers = (units[i, k], 100 * table.salience[i, k], table.capability[i, k])
        rows.append((table.actors[i], table.issues[k], *map(_exact, numbers)))
    return (out.getvalue() + written(rows)).encode()


def _exact(value: float) -> str:
    return f"{value:.10g}"


def manifest(asked: Asked, run: Run | None, command: list[str]) -> dict[str, Any]:
    """What the tables were made from."""
    from sim.study.provenance import code_digest, versions

    scenario = asked.opened.scenario
    return {
        "kind": "published",
        "command": command,
        "source": asked.opened.source,
        "source_kind": asked.opened.kind,
        "digest": scenario.digest() if scenario else _digest(asked),
        "settings": list(asked.opened.settings),
        "models": {name: dict(asked.options.get(name, {})) for name in asked.solutions},
        "runs": run.outcomes.runs if run else 0,
        "seed": run.setting.seed if run else None,
        **versions(),
        "code": code_digest(),
    }


def _digest(asked: Asked) -> str:
    import hashlib
    from pathlib import Path

    return hashlib.sha256(Path(asked.opened.source).read_bytes()).hexdigest()


# The list of models


def listed() -> Iterator[str]:
    """Name the models, with a line each."""
    wide = max(map(len, MODELS)) + 2
    for name, model in MODELS.items():
        yield f"{name:<{wide}}{model.meaning}"
        for option, about in model.options.items():
            default = "" if about.default == "" else f" ({about.default})"
            text = f"{name}.{option}: {about.meaning}{default}"
            yield from _wrapped(text, " " * 6, " " * 4)
    yield ""
    yield "Options are set with --set, as in --set nash.loss=linear."


def catalogue() -> list[dict[str, Any]]:
    """The models as data."""
    return [_described(model) for model in MODELS.values()]


def _described(model: Model) -> dict[str, Any]:
    options = {
        name: {"default": o.default, "meaning": o.meaning, "allowed": list(o.allowed)}
        for name, o in model.options.items()
    }
    return {
        "name": model.name,
        "title": model.title,
        "meaning": model.meaning,
        "source": model.source,
        "needs": list(model.needs),
        "options": options,
    }


# A scenario that was imported


def imported(made: Imported) -> Iterator[str]:
    """Say what was written, what was assumed, and what to do next."""
    for file in made.files:
        yield f"Wrote {file}"
    if made.assumed:
        yield "Assumed, and marked EDIT in the file:"
    for text in made.assumed:
        yield from _wrapped(text, "    ", "  ")
    yield from _warned(made.warnings)
    yield "Try next:"
    yield from (f"  plenary {verb} {made.files[0]}" for verb in ("check", "run", "published"))
