"""From a file to an Experiment: form, types, factors, design, in that order.

Every step notes what is wrong and goes on, so that all mistakes are reported at once. Whether
paths and outcomes exist is for the scenario to say: see `sim.experiment.checks`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from sim import shipped
from sim.encoding import text_of
from sim.errors import InputError, Mistake
from sim.experiment import table as tables
from sim.experiment.levels import is_number, level, number, steps
from sim.experiment.model import Design, Experiment, Factor, Plot, together
from sim.experiment.schema import TABLE, ExperimentFile, Varied, json_schema
from sim.experiment.table import Table
from sim.scenario import Scenario, files, load, loading, reader
from sim.scenario.tree import Mistakes, Tree, short
from sim.scenario.validate import typed

STATES = ("*", "all states")  # each state of the scenario by itself
SAMPLES = {  # designs whose points are drawn, and the field that says how many
    "latin_hypercube": "points",
    "sobol": "points",
    "sobol_indices": "points",
    "morris": "trajectories",
}
_STAR = re.compile(r"^\s*\*[^\s:]*\s*:", re.MULTILINE)
IN_NUMBERS = ("morris", "sobol_indices")  # designs that ask how far a factor moves
POWERS = ("sobol", "sobol_indices")  # designs whose size is a power of two
MOST_POINTS = 100_000
OF_A_SCENARIO = ("issues", "actors", "forums", "extends")
SAME_EVERYWHERE = {  # what may be set, and not be varied
    "seed": "is the same at every point, so that points differ by their factors alone",
    "extends": "is read before anything is changed",
    **dict.fromkeys(
        ("title", "about", "question", "sources", "record"),
        "is there for the reader, and changes no run",
    ),
}


def read(source: str | Path) -> Experiment:
    """Read an experiment, by the name of a shipped one or as a file.

    Everything wrong with its form is raised as one InputError.
    """
    return _Reading(locate(source)).experiment()


def locate(source: str | Path) -> Path:
    """Find the file of an experiment; a word without a suffix is the name of a shipped one."""
    try:
        return loading.locate(source, "experiments")
    except InputError:
        if str(source) in shipped.scenarios():
            raise InputError(_is_scenario(str(source))) from None
        raise


def scenario_file(experiment: Experiment) -> Path:
    """Find the file of the scenario that an experiment varies."""
    return loading.beside(experiment.scenario, experiment.file.parent)


def common(experiment: Experiment) -> tuple[str, ...]:
    """Return the settings, PATH=VALUE, that hold at every point and at the base."""
    seed = () if experiment.seed is None else (f"seed={experiment.seed}",)
    return (*seed, *experiment.fixed)


def said(experiment: Experiment) -> tuple[Tree, Table | None]:
    """Read again what an experiment's file and table say where: only messages need it."""
    if not experiment.file.is_file():
        return Tree({}, {}), None
    shown = files.shown(experiment.file)
    tree = reader.read(experiment.file, shown)
    return tree, _table_of(str(tree.get("design")), experiment.file)


def _table_of(design: str, file: Path) -> Table | None:
    if not design.endswith(TABLE):
        return None
    found = files.inside(design, file.parent)
    return tables.read(found, files.shown(found))


def _tree(file: Path) -> Tree:
    """Read the file; of a star without quotes, which YAML cannot read, say what to write."""
    shown = files.shown(file)
    text = text_of(file, shown, reader.LARGEST)
    try:
        return reader.parse(text, shown)
    except InputError as error:
        if not _STAR.search(text):
            raise
        allowed = f'"{STATES[0]}" in quotes, or {STATES[1]}'
        raise InputError(replace(m, allowed=allowed) for m in error.mistakes) from None


def _is_scenario(name: str, shown: str = "") -> Mistake:
    problem = "is a scenario, not an experiment: `plenary run` plays it"
    return Mistake(problem, shown, value="" if shown else name)


class _Reading:
    def __init__(self, file: Path) -> None:
        self.file = file
        self.tree = _tree(file)
        if "vary" not in self.tree.value and any(key in self.tree.value for key in OF_A_SCENARIO):
            raise InputError(_is_scenario(file.stem, files.shown(file)))
        self.mistakes = Mistakes(self.tree)
        found = typed(self.tree, self.mistakes, ExperimentFile, json_schema)
        self.said = found or ExperimentFile(title="?")

    def experiment(self) -> Experiment:
        said = self.said
        self._check_scenario()
        table = self._table()
        factors = self._of_table(table) if table else tuple(self._factors())
        if not self._wrong("design"):
            self._check_size(factors, table)
        self._check_until()
        self.mistakes.raise_if_any()
        return Experiment(
            name=self.file.stem,
            title=said.title,
            question=said.question,
            about=said.about,
            scenario=said.scenario,
            fixed=said.set_,
            factors=factors,
            design=self.design,
            size=self._size or 0,
            base=said.base,
            runs=said.runs,
            until=said.until,
            at_most=said.at_most,
            seed=said.seed,
            outcomes=said.outcomes,
            plots=tuple(Plot(**plot.model_dump()) for plot in said.plots),
            table=tuple(table.points) if table else (),
            file=self.file,
        )

    @property
    def design(self) -> Design:
        """The design by its word; a file of points is a table."""
        return "table" if self.said.design.endswith(TABLE) else self.said.design  # type: ignore[return-value]

    # What is varied

    def _check_scenario(self) -> None:
        if not self.said.scenario and not self._wrong("scenario"):
            return self.mistakes.add(("scenario",), "is missing: which scenario is varied?")
        try:
            if self.said.scenario:
                loading.beside(self.said.scenario, self.file.parent)
        except InputError as error:
            self.mistakes.place(("scenario",), self._or_beside(error))
        return None

    def _or_beside(self, error: InputError) -> InputError:
        """Suggest the file beside the experiment that is meant by a name without its suffix."""
        meant = [self.said.scenario + suffix for suffix in loading.SUFFIXES]
        there = next((name for name in meant if (self.file.parent / name).is_file()), "")
        return InputError(replace(m, suggestion=there or m.suggestion) for m in error.mistakes)

    def _wrong(self, field: str) -> bool:
        return any(m.field == field for m in self.mistakes.found)

    def _table(self) -> Table | None:
        try:
            found = _table_of(self.said.design, self.file)
        except InputError as error:
            self.mistakes.place(("design",), error)
            return None
        if found and self.tree.get("vary"):
            problem = "says what varies, and so does the table of points; one of them is enough"
            self.mistakes.add(("vary",), problem)
        return found

    def _of_table(self, table: Table) -> tuple[Factor, ...]:
        self.mistakes.extend(table.mistakes)
        for path in table.paths:
            if reason := SAME_EVERYWHERE.get(path):
                self.mistakes.extend([_in(table, f"cannot be varied: it {reason}", path)])
        return tuple(Factor.of(path, table.levels(path)) for path in table.paths if table.points)

    def _factors(self) -> Iterator[Factor]:
        if not self.said.vary and not self._wrong_within("vary") and self.design != "table":
            self.mistakes.add(("vary",), "is missing: what is varied?", allowed="PATH: [LEVELS]")
        for path, varied in self.said.vary.items():
            factor = self._factor(path, varied)
            if factor and path.split(".")[0] in STATES:
                yield from (replace(factor, path=each) for each in self._each_state(path))
            elif factor:
                yield factor

    def _wrong_below(self, path: str) -> bool:
        return any(m.field.startswith(f"vary.{path}.") for m in self.mistakes.found)

    def _wrong_within(self, field: str) -> bool:
        return any(m.field.split(".")[0] == field for m in self.mistakes.found)

    def _factor(self, path: str, varied: Varied) -> Factor | None:
        at = ("vary", path)
        if reason := SAME_EVERYWHERE.get(path):
            self.mistakes.add(at, f"cannot be varied: it {reason}", value=path)
            return None
        if any(not step.strip() for one in together(path) for step in one.split(".")):
            self.mistakes.add(at, "has a place that names nothing", value=path)
            return None
        if varied.levels:
            factor = Factor.of(path, tuple(map(level, varied.levels)))
            self._check_levels(factor)
            return factor
        factor = _ranged(path, varied, self.design)
        drawn = self.design in SAMPLES or self._wrong("design") or self._wrong_below(path)
        if not factor.levels and not drawn:
            problem = f"needs `steps`, or a list of levels: {self.design} draws no sample"
            self.mistakes.add(at, problem)
        return factor

    def _check_levels(self, factor: Factor) -> None:
        for place, text in enumerate(factor.levels):
            at = ("vary", factor.path, place)
            if text == '""':
                self.mistakes.add(at, "has no value")
            elif text in factor.levels[:place] and self.design != "list":
                self.mistakes.add(at, "this level is written twice", value=text)
            elif self.design in IN_NUMBERS and not is_number(text):
                problem = f"is not a number, and {self.design} asks how far a factor moves"
                allowed = "{from: LOW, to: HIGH}; leave it out, or hold it with `set`"
                self.mistakes.add(at, problem, value=text, allowed=allowed)

    def _each_state(self, path: str) -> Iterator[str]:
        """Put the states of the scenario in place of the star that stands for each of them."""
        star, _, rest = path.partition(".")
        if self.design != "one_at_a_time":
            problem = f"{star} is a factor for each state, and {self.design} would combine them"
            allowed = "design: one_at_a_time"
            return self.mistakes.add(("vary", path), problem, allowed=allowed)
        if star == STATES[1] and path.replace(star, STATES[0], 1) in self.said.vary:
            return self.mistakes.add(("vary", path), f"says the same as {STATES[0]}")
        for state in self._states:
            named = f"{state}.{rest}" if rest else state
            if named in self.said.vary:
                problem = f"stands for each state, and {named} is varied by itself as well"
                self.mistakes.add(("vary", path), problem)
            yield named
        return None

    @cached_property
    def _states(self) -> tuple[str, ...]:
        """States with a seat in the scenario as it is varied; none if it cannot be read."""
        try:
            file = loading.beside(self.said.scenario, self.file.parent)
            found: Scenario = load(file, self.said.set_)
        except InputError as error:
            self.mistakes.place(("scenario",), error)
            return ()
        seated = {actor for forum in found.forums.values() for actor in forum.members}
        return tuple(
            a for a, about in found.actors.items() if about.kind == "state" and a in seated
        )

    # How points are chosen

    @property
    def _size(self) -> int | None:
        field = SAMPLES.get(self.design, "")
        return getattr(self.said, field) if field else None

    def _check_size(self, factors: tuple[Factor, ...], table: Table | None) -> None:
        wanted = SAMPLES.get(self.design, "")
        for field in ("points", "trajectories"):
            if field != wanted and getattr(self.said, field) is not None:
                those = ", ".join(d for d, needs in SAMPLES.items() if needs == field)
                problem = f"is not for design {self.design}: its levels say how many there are"
                if wanted:
                    problem = f"is not for design {self.design}, which has `{wanted}`"
                self.mistakes.add((field,), problem, allowed=f"only with {those}")
        if wanted and self._size is None and not self._wrong(wanted):
            example = "20" if wanted == "trajectories" else "128"
            problem = f"is missing: design {self.design} needs to know how many"
            self.mistakes.add((wanted,), problem, allowed=f"{wanted}: {example}")
        self._check_power()
        self._check_lengths(factors)
        self._check_number(factors, len(table.points) if table else 0)

    def _check_power(self) -> None:
        size = self._size
        if self.design in POWERS and size is not None and (size < 2 or size & (size - 1)):
            low = max(2, 1 << (size.bit_length() - 1))
            problem = "is not a power of two, without which a Sobol' sequence is not balanced"
            self.mistakes.add(("points",), problem, value=size, allowed=f"{low} or {low * 2}")

    def _check_lengths(self, factors: tuple[Factor, ...]) -> None:
        """A list takes the levels of all factors row by row: they must be as many."""
        lengths = {factor.path: len(factor.levels) for factor in factors if factor.levels}
        if self.design == "list" and len(set(lengths.values())) > 1:
            counted = ", ".join(f"{path} has {n}" for path, n in lengths.items())
            problem = f"a list takes one level of each factor in turn, and {counted}"
            self.mistakes.add(("vary",), problem)

    def _check_number(self, factors: tuple[Factor, ...], rows: int) -> None:
        points = _count(self.design, factors, self._size or 0, rows)
        if points > MOST_POINTS:
            problem = f"has {points:,} points, and at most {MOST_POINTS:,} are laid out"
            shorter = "fewer levels, or design: latin_hypercube"
            self.mistakes.add(("design",), problem, value=self.said.design, allowed=shorter)

    def _check_until(self) -> None:
        said = self.said
        if not said.until and "at_most" in said.model_fields_set:
            problem = "is only for `until`, and there is none; `runs` says how many"
            self.mistakes.add(("at_most",), problem, value=said.at_most)
        elif said.until and said.at_most < said.runs:
            problem = f"is fewer than `runs`, {said.runs}, which are played at least"
            self.mistakes.add(("at_most",), problem, value=said.at_most)


def _in(table: Table, problem: str, path: str) -> Mistake:
    return Mistake(problem, table.shown, table.head, f"column {path}", short(path))


def _ranged(path: str, varied: Varied, design: Design) -> Factor:
    """A factor of a range: its steps, its two ends one at a time, or a distribution."""
    low, high = varied.bounds
    if varied.steps:
        texts = steps(low, high, varied.steps, varied.scale == "log")
        ends = sorted((low, high))
        return Factor(path, tuple(dict.fromkeys(texts)), low=ends[0], high=ends[1])
    if design == "one_at_a_time" and not varied.distribution:
        return Factor(path, (number(low), number(high)), low=low, high=high)
    centre = varied.mode if varied.mean is None else varied.mean
    return Factor(path, (), varied.shape, low, high, centre, varied.sd)


def _count(design: Design, factors: Iterable[Factor], size: int, rows: int) -> int:
    """How many points a design has, repeats included and the base aside."""
    levels = [len(factor.levels) for factor in factors]
    counts = {
        "grid": math.prod(levels),
        "one_at_a_time": sum(levels),
        "list": max(levels, default=0),
        "table": rows,
        "morris": size * (len(levels) + 1),
        "sobol_indices": size * (len(levels) + 2),
    }
    return counts.get(design, size)
