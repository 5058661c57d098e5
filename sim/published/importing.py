"""Another program's file made a scenario of plenary: what it says, and what it does not, marked.

Such a file has actors, positions, saliences and capabilities. A scenario also has a text that is
put to a forum, rules of procedure, and where things stand without a text. Those are assumed:

* the text: on each issue the mean weighted by capability and salience (the compromise model),
  tabled by the actor with the most of both;
* the rules: consensus unless another preset is named, for in the models that such files are made
  for nobody is outvoted;
* the status quo, where the file has none: the pole farther from that mean, since those models
  take it that to agree on nothing is bad for all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sim import countries, shipped
from sim.core.registry import rules as presets
from sim.delimited import written
from sim.disk import write_once
from sim.errors import InputError, Mistake
from sim.near import unknown
from sim.published.compromise import weighted_mean
from sim.published.readers import Read, read
from sim.scenario.loading import SUFFIXES

Floats = npt.NDArray[np.float64]
MANY = 12  # actors from which they stand in a table of their own
LONGEST = 16  # letters of an issue's code
TWO = 2  # letters of the shorter codes of countries
LEAST = 0.01  # of 100: a salience that counts for next to nothing
EDIT = "EDIT"


@dataclass(frozen=True)
class Imported:
    """What was written, what was assumed for it, and what of the file was not used."""

    files: tuple[Path, ...]
    assumed: tuple[str, ...]
    warnings: tuple[Mistake, ...]


def write_scenario(
    file: Path, *, name: str = "", folder: Path | None = None, forum: str = "consensus",
    kind: str = "",
) -> Imported:  # fmt: skip
    """Write NAME.yaml in a folder (the current one), and NAME_actors.csv if there are many actors.

    Raises:
        InputError: what is wrong with the file, an unknown forum, a file that is there already.
        RunError: they cannot be written.
    """
    if forum not in presets():
        problem = "there are no such rules of procedure"
        raise InputError(unknown(problem, forum, presets(), "--forum"))
    if file.suffix in SUFFIXES and not kind:
        raise InputError(Mistake("is a scenario already, by its name", str(file)))
    found = read(file, kind)
    stem = _stem(name, file)
    texts = scenario(found, stem, forum)
    folder = folder or Path()
    targets = {folder / at: text for at, text in texts.files.items()}
    taken = [Mistake("is there already, and is not overwritten", str(t)) for t in targets
             if t.exists()]  # fmt: skip
    if taken:
        raise InputError(taken)
    written: list[Path] = []
    try:
        for target, text in reversed(targets.items()):  # the scenario last: it names the table
            write_once(target, text.encode())
            written.append(target)
    except BaseException:
        for target in written:
            target.unlink(missing_ok=True)
        raise
    return Imported(tuple(targets), texts.assumed, found.warnings)


@dataclass(frozen=True)
class Texts:
    """Files to write, by name, the scenario first; and what was assumed."""

    files: dict[str, str]
    assumed: tuple[str, ...]


def scenario(found: Read, name: str, forum: str = "consensus") -> Texts:
    """The text of a scenario, and of its table of actors if there are many."""
    return _Writing(found, name, forum).texts()


def _stem(name: str, file: Path) -> str:
    stem = name.removesuffix(shipped.SUFFIX) or re.sub(r"[^\w.+-]+", "-", file.stem).strip("-.")
    if not re.fullmatch(r"[\w][\w .+-]*", stem):
        allowed = "letters, digits, spaces, - and _"
        raise InputError(Mistake("is not a name for a file", "", None, "--name", stem, allowed))
    return stem


class _Writing:
    """Puts a table into a scenario's units, and writes it line by line."""

    def __init__(self, found: Read, name: str, forum: str) -> None:
        self.table, self.kind, self.name, self.forum = found.table, found.kind, name, forum
        if not self.table.present.any():
            problem = "has no positions, so there is nothing to negotiate"
            raise InputError(Mistake(problem, found.table.name))
        self.assumed: list[str] = []
        self.codes = _codes(self.table.issues)
        self.ids = _ids(self.table.actors)
        self.mean = weighted_mean(self.table.position, self.table.weight)
        self.plain_mean = weighted_mean(self.table.position, self.table.present.astype(np.float64))
        self.mean = np.where(np.isnan(self.mean), self.plain_mean, self.mean)
        self.capability = self._capability()
        self.status_quo = self._status_quo()

    def texts(self) -> Texts:
        """Write all of it."""
        many = len(self.ids) > MANY
        files = {f"{self.name}.yaml": "\n".join(self._lines(many)) + "\n"}
        if many:
            files[f"{self.name}_actors.csv"] = self._rows()
        return Texts(files, tuple(self.assumed))

    # Numbers on 0-100

    def _capability(self) -> Floats:
        held = self.table.overall
        most = float(held.max())
        there = np.where(self.table.present, self.table.capability, np.nan)
        low = np.nanmin(there, axis=1, initial=np.inf, where=self.table.present)
        high = np.nanmax(there, axis=1, initial=-np.inf, where=self.table.present)
        if (high - low > 1e-9 * max(most, 1.0)).any():
            self.assumed.append("capability: the mean over issues, where the file has several")
        return 100 * held / most if most > 0 else np.full(len(held), 100.0)

    def _status_quo(self) -> Floats:
        known = self.table.status_quo
        far = np.where(self.mean >= 0.5, 0.0, 1.0)
        open_ = [k for k, q in zip(self.table.issues, known, strict=True) if np.isnan(q)]
        if open_:
            every = len(open_) == len(known)
            which = "every issue" if every else ", ".join(open_)
            self.assumed.append(
                f"status quo of {which}: the pole farther from the weighted mean, as if to agree"
                " on nothing were bad for all"
            )
        return np.where(np.isnan(known), far, known) * 100

    def _position(self) -> Floats:
        """Positions on 0-100; where there is none, the mean, for it has no weight."""
        silent = ~self.table.present
        if silent.any():
            self.assumed.append(
                f"{int(silent.sum())} positions that the file leaves open: the mean, with salience"
                " 0, so that they count for nothing"
            )
        return 100 * np.where(silent, self.mean, self.table.position)

    def _salience(self) -> Floats:
        """Saliences on 0-100; a scenario has no actor that cares for nothing at all."""
        idle = self.table.salience.sum(axis=1) == 0
        if idle.any():
            names = ", ".join(a for a, i in zip(self.table.actors, idle, strict=True) if i)
            self.assumed.append(f"salience of {names}, who cares for nothing: {LEAST:g}")
        return np.where(idle[:, None] & self.table.present, LEAST, 100 * self.table.salience)

    # The scenario

    def _lines(self, many: bool) -> Iterator[str]:
        table = self.table
        title = table.titles.get(table.name, "") or table.name
        yield f"## {self.name}: made by `plenary import` from a file of kind {self.kind}."
        yield f"## What the file does not say is assumed, and marked {EDIT}. Numbers are on 0-100:"
        yield "## positions between the poles of their issue, capability so that the most is 100."
        yield "## Check it with `plenary check`, run it with `plenary run`; `plenary published`"
        yield "## shows published models beside."
        yield f"title: {_quoted(title)}"
        yield f"about: {_quoted(f'Imported; {EDIT}: a paragraph for the reader.')}"
        yield f"question: {_quoted(f'{EDIT}: the question that this scenario is there to answer.')}"
        yield "seed: 1"
        yield "sessions: 3"
        yield ""
        yield "issues:"
        for k in range(len(table.issues)):
            yield from self._issue(k)
        yield ""
        yield from self._actors(many)
        yield ""
        yield from self._forums()

    def _issue(self, k: int) -> Iterator[str]:
        table, issue = self.table, self.table.issues[k]
        low, high = float(table.low[k]), float(table.high[k])
        said = table.words.get(issue, {})
        title = table.titles.get(issue, issue)
        yield f"  {self.codes[k]}:  # {_comment(title)}: {low:g} to {high:g} in the file"
        yield f"    low: {_quoted(said.get(low) or f'{EDIT}: {low:g}, in words')}"
        yield f"    high: {_quoted(said.get(high) or f'{EDIT}: {high:g}, in words')}"
        known = not np.isnan(table.status_quo[k])
        mark = "" if known else f"  # {EDIT}: the file does not say"
        yield f"    status_quo: {_per_cent(self.status_quo[k])}{mark}"
        yield "    words:"
        for at, text in _points(said, low, high):
            yield f"      {at}: {_quoted(text)}"

    def _actors(self, many: bool) -> Iterator[str]:
        yield "actors:"
        yield f"  ## All are written as states, for only states decide; {EDIT} the kind of those"
        yield "  ## that only speak: company or civil_society. The error of a position is 10."
        if many:
            yield f"  from: {_quoted(f'{self.name}_actors.csv')}"
            return
        yield "  and:"
        position, salience = self._position(), self._salience()
        for i, actor in enumerate(self.ids):
            title = self._title(i)
            yield f"    {_quoted(actor)}:"
            if title:
                yield f"      name: {_quoted(title)}"
            yield "      kind: state"
            yield f"      capability: {_per_cent(self.capability[i])}"
            yield f"      position: {{{self._by_issue(position[i])}}}"
            yield f"      salience: {{{self._by_issue(salience[i])}}}"

    def _title(self, i: int) -> str:
        """The actor's full name, where it has one that tells it from others and from its id."""
        titles = [self.table.titles.get(actor, actor) for actor in self.table.actors]
        title = titles[i] if titles.count(titles[i]) == 1 else self.table.actors[i]
        known = title == self.ids[i] or countries.code(title) == self.ids[i]
        return "" if known else title

    def _by_issue(self, values: Floats) -> str:
        pairs = zip(self.codes, values, strict=True)
        return ", ".join(f"{code}: {_per_cent(value)}" for code, value in pairs)

    def _forums(self) -> Iterator[str]:
        rules = presets()[self.forum]
        heaviest = self.ids[int(self.table.weight.sum(axis=1).argmax())]
        clauses = self._clauses()
        self.assumed.append(f"rules of procedure: {self.forum}")
        self.assumed.append(
            f"the text: on each issue the weighted mean, tabled by {heaviest}, who has most"
            " capability times salience"
        )
        yield "forums:"
        yield "  room:"
        yield f"    rules: {self.forum}  # {EDIT}: {rules.title}; see docs/reference/forums.md"
        yield "    members: all states"
        if rules.weight_share:
            weights = ", ".join(
                f"{_quoted(a)}: {_number(c)}"
                for a, c in zip(self.ids, self.capability, strict=True)
            )
            yield f"    weights: {{{weights}}}  # {EDIT}: capability, for want of populations"
            self.assumed.append("weights of members: their capability")
        yield "    drafts:"
        yield f"      draft:  # {EDIT}: on every issue the mean by capability and salience"
        yield f"        title: {_quoted(f'{EDIT}: the title of the text')}"
        yield f"        sponsors: [{_quoted(heaviest)}]"
        yield "        clauses:"
        for place, (code, value) in enumerate(clauses, 1):
            text = f"{{issue: {code}, value: {_per_cent(value)}, words: {_quoted(EDIT)}}}"
            yield f"          OP{place}: {text}"

    def _clauses(self) -> list[tuple[str, float]]:
        """The text; a clause that would leave the status quo as it is is none."""
        mean = np.round(100 * self.mean, 2)
        moved = [
            (code, float(value))
            for code, value, before in zip(self.codes, mean, self.status_quo, strict=True)
            if abs(value - round(float(before), 4)) > 1e-9
        ]
        if moved:
            return moved
        value = float(mean[0]) + (1.0 if mean[0] <= 99 else -1.0)
        self.assumed.append("the mean is the status quo; the first clause was moved by 1 to be one")
        return [(self.codes[0], value)]

    # The table of actors

    def _rows(self) -> str:
        position, salience = self._position(), self._salience()
        head = f"# actors of {self.name}, made by `plenary import`; numbers are on 0-100\n"
        columns = [c for code in self.codes for c in (code, f"{code}_salience")]
        rows = [("id", "name", "kind", "capability", *columns)]
        for i, actor in enumerate(self.ids):
            title = self._title(i) or self.table.actors[i]
            numbers = [_number(v) for pair in zip(position[i], salience[i], strict=True)
                       for v in pair]  # fmt: skip
            rows.append((actor, title, "state", _number(self.capability[i]), *numbers))
        return head + written(rows)


def _points(said: Mapping[float, str], low: float, high: float) -> list[tuple[int, str]]:
    """Three or more points between the poles: those of the file, then quarters."""
    found = {
        at: text
        for value, text in sorted(said.items())
        if 0 < (at := round(100 * (value - low) / (high - low))) < 100
    }
    for at in (50, 25, 75, 10, 90):
        if len(found) >= 3:
            break
        value = low + at / 100 * (high - low)
        found.setdefault(at, f"{EDIT}: {value:g} of {low:g} to {high:g}, in words")
    return sorted(found.items())


def _codes(issues: Sequence[str]) -> list[str]:
    """Codes for issues: capital letters and digits, each once."""
    made: list[str] = []
    for issue in issues:
        bare = re.sub(r"[^A-Z0-9]", "", countries.plain(issue).upper())
        code = (bare if bare[:1].isalpha() else f"I{bare}")[:LONGEST]
        number = 2
        while code in made:
            code = f"{code[: LONGEST - len(str(number))]}{number}"
            number += 1
        made.append(code)
    return made


def _ids(actors: Sequence[str]) -> list[str]:
    """Ids of actors: countries by their codes, others in letters, digits, - and _.

    Words of two letters are countries only where all of them are: IT may be a department.
    """
    made: list[str] = []
    short = [actor for actor in actors if len(actor) == TWO and actor.isupper()]
    other = () if all(map(countries.code, short)) else short
    for actor in actors:
        bare = re.sub(r"[^\w-]+", "_", actor).strip("_-")[:36] or "actor"
        ident = (countries.code(actor) if actor not in other else "") or bare
        number = 2
        while ident in made or (ident == bare and countries.code(bare) not in (None, bare)):
            ident, number = f"{bare}_{number}", number + 1
        made.append(ident)
    return made


def _number(value: float) -> str:
    return f"{round(float(value), 4) + 0.0:.10g}"


def _per_cent(value: float) -> str:
    """A number on 0-100 as a scenario has it: one below 1 says that it is no share."""
    return _number(value) + "%" * (0 < round(float(value), 4) < 1)


def _quoted(text: str) -> str:
    """A text as YAML: in double quotes, as JSON writes it."""
    return json.dumps(text, ensure_ascii=False)


def _comment(text: str) -> str:
    return re.sub(r"\s+", " ", text)
