"""An experiment against its scenario: every path, level, point, outcome and figure it names.

Every scenario that will be played is read here, each once; beyond the first 256 points, every
level by itself stands for the rest. All that is wrong is raised as one InputError, with the
lines of the experiment's file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

from sim.errors import InputError, Mistake
from sim.experiment import outcomes, plots, units
from sim.experiment.levels import level as level_of
from sim.experiment.model import UNCHANGED, Experiment, Factor, Point, together
from sim.experiment.outcomes import Declared
from sim.experiment.reading import STATES, common, said, scenario_file
from sim.experiment.table import Table
from sim.scenario import Scenario, load, pack, unpack
from sim.scenario.tree import SETTING, Mistakes, Origin, Steps, Tree, short

MOST_READ = 256  # points; reading a scenario takes some twenty milliseconds
SAMPLED = ("latin_hypercube", "sobol", "morris", "sobol_indices")
BY_ROW = ("list", "table")  # designs whose rows differ though two levels are the same
NAMED = 3  # points that a message names


@dataclass(frozen=True)
class Checked:
    """An experiment that can be played."""

    base: Scenario
    points: tuple[Point, ...]  # each once, in order; the base first where it is played
    scenarios: Mapping[str, Scenario]  # by point; beyond the first 256, of none
    warnings: tuple[str, ...]
    own: Mapping[str, str]  # path -> the level the base itself has, or UNCHANGED if none is written
    outcomes: Mapping[str, Declared]  # all that the base or a point has, by name


def checked(experiment: Experiment, points: Sequence[Point]) -> Checked:
    """Check an experiment whose points are laid out, and read the scenarios it plays.

    A point whose scenario is the base's becomes the base, with the levels it has.

    Raises:
        InputError: everything that is wrong, each with its line.
    """
    return _Checking(experiment, points).result()


def scenario(experiment: Experiment, point: Point) -> Scenario:
    """Read the scenario of one point.

    Raises:
        InputError: everything wrong with it.
    """
    settings = (*common(experiment), *point.settings)
    return load(scenario_file(experiment), settings, drawn=True)


@dataclass(frozen=True)
class _Read:
    """A scenario that was read, made small: what it shares with the base is kept once."""

    scenario: Scenario
    digest: str
    paths: Mapping[str, Steps]  # where each setting stands in the file


Alone = Mapping[tuple[str, str], _Read | InputError]  # by path and level, with nothing else


class _Places:
    """Where the experiment says what: its file is read again once a message needs it."""

    def __init__(self, experiment: Experiment) -> None:
        self.experiment = experiment

    @cached_property
    def _said(self) -> tuple[Tree, Table | None]:
        return said(self.experiment)

    @property
    def tree(self) -> Tree:
        """The file as written."""
        return self._said[0]

    @property
    def table(self) -> Table | None:
        """The table of points, if that is the design."""
        return self._said[1]

    def of_level(self, path: str, level: str = "") -> Origin:
        """Where a factor is, or one of its levels."""
        if self.table and path in self.table.paths:
            line = self.table.line(path, level)
            return Origin(self.table.shown, line, f"column {path}")
        if self.star(path):
            return replace(self.tree.where(("vary", self.star(path))), field=f"vary.{path}")
        steps: Steps = ("vary", path)
        items = self.tree.get(*steps)
        if isinstance(items, dict) and "levels" in items:
            items, steps = items["levels"], (*steps, "levels")
        texts = [level_of(item) for item in items] if isinstance(items, list) else []
        return self.tree.where((*steps, texts.index(level)) if level in texts else steps)

    def star(self, path: str) -> str:
        """The starred path that a state's factor was made from, or ""."""
        if path in self.tree.keys("vary"):
            return ""
        rest = path.partition(".")[2]
        stars = (f"{star}.{rest}" if rest else star for star in STATES)
        return next((star for star in stars if star in self.tree.keys("vary")), "")

    def of_setting(self, path: str) -> Origin:
        """Where a setting that holds everywhere is."""
        listed = self.tree.get("set")
        if isinstance(listed, list):
            found = (n for n, text in enumerate(listed) if str(text).partition("=")[0] == path)
            return self.tree.where(("set", next(found, 0)))
        return self.tree.where((path,) if path == "seed" else ("set", path))

    def of_point(self, point: Point) -> Origin:
        """Where a point is: its row, or the factors it is made of."""
        for row, line in (
            zip(self.table.points, self.table.lines, strict=True) if self.table else ()
        ):
            if row == point.levels:
                return Origin(self.table.shown if self.table else "", line, "")
        return self.tree.where(("vary",))


class _Checking:
    def __init__(self, experiment: Experiment, points: Sequence[Point]) -> None:
        self.experiment = experiment
        self.points = list({_key(point): point for point in points}.values())
        self.repeats = len(points) - len(self.points)
        self.places = _Places(experiment)
        self.mistakes = Mistakes(Tree({}, {}))
        self.seen: set[Mistake] = set()
        self.known: dict[tuple[str, ...], _Read | InputError] = {}
        self.base = self._base()
        self.packed = pack(self.base.scenario)
        self.warned: list[str] = []

    def result(self) -> Checked:
        """Check all there is to check; see `checked`."""
        alone = {
            (factor.path, level): self._read(Point({factor.path: level}))
            for factor in self.experiment.factors
            for level in self._tried(factor)
        }
        bad = self._bad(alone)
        some = [p for p in self.points[:MOST_READ] if not bad.keys() & p.levels.items()]
        read = {point.id: self._read(point) for point in some}
        self._place_errors(bad, some, read)
        where = self._where(alone)
        self._check_units(where)
        self._check_paths(where)
        self._check_levels(alone)
        self._check_points(some, read)
        known = self._outcomes([*alone.values(), *read.values()])
        self._check_outcomes(known)
        self.mistakes.raise_if_any()
        kept = self._merged(some, read)
        self._warn(kept)
        found = {p.id: r.scenario for p in kept if (r := self._got(p)) is not None}
        scenarios = {"base": self.base.scenario, **found}
        own = self._own(alone)
        return Checked(self.base.scenario, kept, scenarios, tuple(self.warned), own, known)

    # Reading scenarios

    def _base(self) -> _Read:
        try:
            found = load(scenario_file(self.experiment), common(self.experiment))
        except InputError as error:
            for mistake in error.mistakes:
                self._note([self._of_common(mistake)])
            self.mistakes.raise_if_any()
            raise
        return _Read(found, found.digest(), _paths(found))

    def _of_common(self, mistake: Mistake) -> Mistake:
        if not mistake.file.startswith(SETTING):
            return (
                mistake
                if mistake.file
                else self._at(mistake, self.places.tree.where(("scenario",)))
            )
        path = _setting_of(mistake, [text.partition("=")[0] for text in common(self.experiment)])
        return self._at(mistake, self.places.of_setting(path))

    def _read(self, point: Point) -> _Read | InputError:
        """Read the scenario of a point, each once; what the base has too is not kept twice."""
        settings = point.settings
        if not settings:
            return self.base
        if settings not in self.known:
            try:
                found = self._made(point)
                paths, digest = _paths(found), found.digest()
                self.known[settings] = _Read(_sharing(found, self.base.scenario), digest, paths)
            except InputError as error:
                self.known[settings] = error
        return self.known[settings]

    def _made(self, point: Point) -> Scenario:
        """Change the base as it was read, which is quicker; for messages, read the files again."""
        try:
            return unpack(self.packed, point.settings)
        except InputError:
            return scenario(self.experiment, point)

    def _got(self, point: Point) -> _Read | None:
        if not point.settings:
            return self.base
        found = self.known.get(point.settings)
        return found if isinstance(found, _Read) else None

    def _tried(self, factor: Factor) -> list[str]:
        """Levels that are tried by themselves: all of a list, the ends of what is drawn."""
        there = dict.fromkeys(point.levels[factor.path] for point in self.points)
        levels = [level for level in there if level != UNCHANGED]
        if not factor.levels and len(levels) > 2:
            levels = sorted(levels, key=float)
            return [levels[0], levels[-1]]
        return levels[:MOST_READ]

    # What is wrong with it

    def _at(self, mistake: Mistake, at: Origin) -> Mistake:
        return replace(mistake, file=at.file, line=at.line, field=at.field)

    def _add(
        self, at: Origin, problem: str, value: str = "", allowed: str = "", suggestion: str = ""
    ) -> None:
        found = Mistake(problem, at.file, at.line, at.field, short(value), allowed, suggestion)
        self._note([found])

    def _bad(self, alone: Alone) -> dict[tuple[str, str], InputError]:
        """Levels that cannot be read, neither by themselves nor at the first of their points."""
        bad = {}
        for (path, level), found in alone.items():
            if isinstance(found, InputError):
                first = next(p for p in self.points if p.levels[path] == level)
                if isinstance(self._read(first), InputError):
                    bad[path, level] = found
        return bad

    def _place_errors(
        self,
        bad: Mapping[tuple[str, str], InputError],
        some: Sequence[Point],
        read: Mapping[str, _Read | InputError],
    ) -> None:
        """Say what cannot be read: levels, and levels that are good each and not together."""
        for (path, level), error in bad.items():
            self._note(self._of_point(m, {path: level}) for m in error.mistakes)
        told = {(m.problem, m.line, m.field) for m in self.mistakes.found}
        for point in some:
            found = read[point.id]
            if isinstance(found, InputError):
                placed = (self._of_point(m, point.levels) for m in found.mistakes)
                self._note(m for m in placed if (m.problem, m.line, m.field) not in told)

    def _note(self, found: Iterable[Mistake]) -> None:
        """Note mistakes, each once: many points may make the same."""
        new = [mistake for mistake in found if mistake not in self.seen]
        self.seen.update(new)
        self.mistakes.extend(new)

    def _of_point(self, mistake: Mistake, levels: Mapping[str, str]) -> Mistake:
        """Put a mistake of a setting where its level is, or its path if that is what is wrong."""
        if not mistake.file.startswith(SETTING):
            return replace(mistake, problem=f"{mistake.problem}, with {_told(Point(levels))}")
        path = _setting_of(mistake, levels)
        if path not in levels:
            return self._of_common(mistake)
        level, said = levels[path], mistake.value
        of_level = bool(said) and (said in level or level in said)
        return self._at(mistake, self.places.of_level(path, level if of_level else ""))

    def _where(self, alone: Alone) -> Mapping[str, set[Steps]]:
        """Where in the scenario each factor's path stands; nowhere, if it is an actor's verb."""
        return {
            factor.path: {
                one.paths[path]
                for level in self._tried(factor)
                if isinstance(one := alone[factor.path, level], _Read)
                for path in together(factor.path)
                if path in one.paths and not _is_verb(one.paths[path])
            }
            for factor in self.experiment.factors
        }

    def _check_units(self, where: Mapping[str, set[Steps]]) -> None:
        """Refuse shares where per cents belong, as people write them: see `units`."""
        tree, table = self.places.tree, self.places.table
        for factor in self.experiment.factors:
            at = sorted(where[factor.path], key=str)
            if table:
                self._note(units.in_table(factor, at, table))
            else:
                written = self.places.star(factor.path) or factor.path
                self._note(units.in_file(factor, at, tree, written))

    def _check_paths(self, where: Mapping[str, set[Steps]]) -> None:
        """Refuse two paths of which one contains the other: the later would undo the earlier."""
        fixed = {path: {at} for path, at in self.base.paths.items() if not _is_verb(at)}
        for pair in combinations(where, 2):
            part, whole = sorted(pair, key=lambda path: -max(map(len, where[path]), default=0))
            if any(_within(a, b) for a in where[part] for b in where[whole]):
                same = where[part] & where[whole]
                problem = f"is {'the same as' if same else 'a part of'} {whole}, which varies too"
                self._add(self.places.of_level(part), problem)
        for path, steps in where.items():
            for held, (at,) in fixed.items():
                if any(_within(a, at) or _within(at, a) for a in steps):
                    problem = f"is varied, and {held} is set for every point"
                    self._add(self.places.of_level(path), problem)

    def _check_levels(self, alone: Alone) -> None:
        for factor in self.experiment.factors:
            tried = self._tried(factor)
            found = {level: alone[factor.path, level] for level in tried}
            digests = {level: r.digest for level, r in found.items() if isinstance(r, _Read)}
            if len(digests) < len(tried):
                continue
            if set(digests.values()) <= {self.base.digest}:
                self._refuse_idle(factor, tried)
            elif factor.levels and self.experiment.design not in BY_ROW:
                self._refuse_twins(factor, digests)

    def _refuse_idle(self, factor: Factor, tried: Sequence[str]) -> None:
        if self.places.star(factor.path):
            return
        problem = "changes nothing: the scenario is the same at every level"
        self._add(self.places.of_level(factor.path), problem, ", ".join(tried[:NAMED]))

    def _refuse_twins(self, factor: Factor, digests: Mapping[str, str]) -> None:
        at_once = self.experiment.design != "one_at_a_time" and UNCHANGED in factor.levels
        seen = {self.base.digest: UNCHANGED} if at_once else {}
        for level, digest in digests.items():
            if digest in seen:
                problem = f"is the same as the level {seen[digest]}: one of them is enough"
                self._add(self.places.of_level(factor.path, level), problem, level)
            seen.setdefault(digest, level)

    def _check_points(self, some: Sequence[Point], read: Mapping[str, _Read | InputError]) -> None:
        if self.mistakes.found:
            return  # what is said of a level need not be said of all its points
        first: dict[str, Point] = {}
        for point in some:
            found = read[point.id]
            if not isinstance(found, _Read) or found.digest == self.base.digest:
                continue
            other = first.setdefault(found.digest, point)
            if other is not point:
                problem = f"is the same point as {_told(other)}"
                self._add(self.places.of_point(point), problem, _told(point))
        if not first and not self.mistakes.found:
            problem = "none of its points differs from the scenario as it is"
            self._add(self.places.tree.where(("vary",)), problem)

    # Outcomes and figures

    def _outcomes(self, read: Iterable[_Read | InputError]) -> dict[str, Declared]:
        """All outcomes that the base or a point has; those that a point lacks are not defined."""
        every = {id(r): r.scenario for r in (self.base, *read) if isinstance(r, _Read)}
        there = list(every.values())
        names: dict[str, None] = {}
        seats: dict[str, int] = {}
        for each in there:
            names |= dict.fromkeys(outcomes.names(each))
            seats = {**outcomes.members(each), **seats}
        lacking = {label for label in seats if any(label not in each.drafts for each in there)}
        self.warned += [f"{label} is not there at every point" for label in sorted(lacking)]
        return outcomes.declared(names, seats)

    def _check_outcomes(self, known: Mapping[str, Declared]) -> None:
        for place, name in enumerate(self.experiment.outcomes):
            self._look_up(name, known, ("outcomes", place))
        for name in self.experiment.until:
            self._look_up(name, known, ("until", name), "whose error could be reached")
        for place, plot in enumerate(self.experiment.plots):
            if plot.outcome:
                at = ("plots", place, "outcome")
                self._look_up(plot.outcome, known, at, "that a figure could show")
            for field, *told in plots.wrong(plot, self.experiment, known):
                self._add(self.places.tree.where(("plots", place, field)), *told)

    def _look_up(
        self, name: str, known: Mapping[str, Declared], path: Steps, averaged: str = ""
    ) -> None:
        """Refuse an outcome that is not there, or has no mean where one is needed."""
        at = self.places.tree.where(path)
        try:
            if not outcomes.of(name, known).averaged and averaged:
                self._add(at, f"is in words, and has no mean {averaged}", name)
        except InputError as error:
            self._note(self._at(mistake, at) for mistake in error.mistakes)

    # What is played

    def _own(self, alone: Alone) -> dict[str, str]:
        """What the base itself has at each factor's path, if its files write it."""
        own = {}
        for factor in self.experiment.factors:
            found = [alone[factor.path, level] for level in self._tried(factor)]
            paths = [r.paths for r in found if isinstance(r, _Read)]
            own[factor.path] = _own_level(self.base.scenario, paths, factor.path)
        return own

    def _merged(
        self, some: Sequence[Point], read: Mapping[str, _Read | InputError]
    ) -> tuple[Point, ...]:
        """Put one base in place of all the points that change nothing, with their levels."""
        same = [p for p in some if _is(read[p.id], self.base.digest)]
        if not same:
            return tuple(self.points)
        levels = dict.fromkeys(same[0].levels, UNCHANGED)
        for point in reversed(same):
            levels |= {path: text for path, text in point.levels.items() if text != UNCHANGED}
        base = Point(levels, base=any(text != UNCHANGED for text in levels.values()))
        gone = {id(point) for point in same[1:]}
        left = [p for p in self.points if id(p) not in gone]
        return tuple(base if point is same[0] else point for point in left)

    def _warn(self, kept: Sequence[Point]) -> None:
        if self.repeats and self.experiment.design in SAMPLED:
            told = f"{self.repeats} of the sample's points repeat others, and are played once"
            self.warned.append(told)
        if len(self.points) > MOST_READ:
            told = f"of {len(kept)} points, the first {MOST_READ} were read before playing"
            self.warned.append(f"{told}, and every level by itself")


def _key(point: Point) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(point.levels.items()))


def _is(found: _Read | InputError, digest: str) -> bool:
    return isinstance(found, _Read) and found.digest == digest


def _told(point: Point) -> str:
    return ", ".join(point.settings) or "the base"


def _is_verb(path: Steps) -> bool:
    """Whether a setting made an event of its own, which no other setting touches."""
    return len(path) == 4 and path[0] == "events" and path[2] == "do"


def _within(path: Steps, around: Steps) -> bool:
    return path[: len(around)] == around


def _paths(found: Scenario) -> dict[str, Steps]:
    """Where in the scenario each setting stands, by the path it was written with."""
    where: dict[str, Steps] = {}
    for steps, origin in found.origin.origins.items():
        known = where.get(origin.field)
        if origin.file == SETTING and (not known or len(steps) < len(known) or _is_verb(steps)):
            where[origin.field] = known if known and _is_verb(known) else steps
    return where


def _setting_of(mistake: Mistake, paths: Iterable[str]) -> str:
    """The setting that a mistake is about: the longest of these paths that it names."""
    named = mistake.file.removeprefix(SETTING).strip() or mistake.field
    about = [
        (len(one), path)
        for path in paths
        for one in together(path)
        if f"{named}.".startswith(f"{one}.")
    ]
    return max(about, default=(0, ""))[1]


def own_level(base: Scenario, changed: Iterable[Scenario], path: str) -> str:
    """What the base has where a path of ``--set`` changed others; UNCHANGED if none is written."""
    return _own_level(base, [_paths(found) for found in changed], path)


def _own_level(base: Scenario, paths: Sequence[Mapping[str, Steps]], path: str) -> str:
    values = set()
    for one in together(path):
        places = (there.get(one) for there in paths)
        steps = next((s for s in places if s and s[0] != "events"), None)
        value = base.origin.get(*steps) if steps else None
        values.add(UNCHANGED if value is None else level_of(value))
    return values.pop() if len(values) == 1 else UNCHANGED


def _sharing(found: Scenario, base: Scenario) -> Scenario:
    """The same scenario without the text it was read from, and with the base's own actors.

    Hundreds are kept at once, and most of each is the same.
    """
    actors = {
        id_: known if (known := base.actors.get(id_)) == actor and known else actor
        for id_, actor in found.actors.items()
    }
    return replace(found, actors=actors, origin=Tree({}, {}))
