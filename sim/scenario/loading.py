"""From a file to a Scenario: extends, --set, tables, types, references, in that order.

Every step notes what is wrong and goes on, so that all mistakes are reported at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sim import countries, shipped
from sim.errors import InputError, Mistake
from sim.scenario import dates, files, reader, settings, shares, tables
from sim.scenario.references import Names, resolve
from sim.scenario.scenario import Scenario
from sim.scenario.schema import ScenarioFile, json_schema
from sim.scenario.tables import Table
from sim.scenario.tree import SETTING, Mistakes, Origin, Steps, Tree, merge, merged, without_nulls
from sim.scenario.validate import typed

SUFFIXES = (".yaml", ".yml")
LONGEST_CHAIN = 10  # of scenarios that extend one another
AND = ("actors", "and")


def load(
    source: str | Path | Scenario, settings: Sequence[str] = (), *, drawn: bool = False
) -> Scenario:
    """Read a scenario, by the name of a shipped one or as a file, with --set texts applied.

    One that was read already is read again from its own text, if there are settings to apply.
    Everything wrong with it is raised as one InputError. Settings that a program has ``drawn``
    mean what they say, where 0.75 from a person is refused: it may be meant as 75 per cent.
    """
    if isinstance(source, Scenario):
        return _read_again(source, settings, drawn) if settings else source
    return Loading(locate(source), tuple(settings), drawn).scenario()


def _read_again(scenario: Scenario, settings: Sequence[str], drawn: bool) -> Scenario:
    from sim.scenario.packed import pack, unpack

    packed = pack(scenario)
    if unpack(packed).digest() != scenario.digest():
        problem = "was changed after it was read, so its text no longer says what it is"
        raise InputError(Mistake(problem, scenario.shown, allowed="settings from the beginning"))
    return unpack(packed, settings, drawn=drawn)


def locate(source: str | Path, kind: str = "scenarios") -> Path:
    """Find the file of a scenario; a word without a suffix is the name of a shipped one.

    With another ``kind`` of what is shipped, such as "experiments", find one of those.
    """
    file = Path(source)
    is_name = isinstance(source, str) and file.name == source and file.suffix not in SUFFIXES
    if is_name and (source in shipped.titles(kind) or not file.is_file()):
        return shipped.path(str(source), kind)
    return file


def beside(name: str, folder: Path) -> Path:
    """Find a scenario that a file in ``folder`` names: a file beside it, or a shipped one."""
    return files.inside(name, folder) if name.endswith(SUFFIXES) else shipped.path(name)


@cache
def known_issues() -> dict[str, dict[str, Any]]:
    """The issues of the field by code, as text: the ends of each scale, and words on it."""
    file = shipped.data("issues.yaml")
    return dict(reader.read(file, file.name).value)


class Loading:
    """The steps of reading one scenario, each noting what is wrong and going on."""

    def __init__(self, file: Path, said: tuple[str, ...], drawn: bool = False) -> None:
        self.file = file
        self.said = said
        self.drawn = drawn
        self.folders = {SETTING: file.parent}
        self.tree = self._gather(file, ())
        self.mistakes = Mistakes(self.tree)

    def scenario(self) -> Scenario:
        """Take all steps; everything wrong is raised as one InputError."""
        named = settings.apply(self.tree, self._settings(), self.mistakes)
        taken_back = [actor for actor in self.tree.keys(*AND) if self.tree.get(*AND, actor) is None]
        self.tree.value = without_nulls(self.tree.value)
        dates.number(self.tree, self.mistakes)
        self._word_issues()
        self._refuse_shares()  # before the tables' rows are there: programs write those
        table = self._tables()
        self._keep(taken_back, table)
        self._add_rows(table)
        self._look_up(named, table)
        names = Names.of(self.tree)
        said = typed(self.tree, self.mistakes, ScenarioFile, json_schema)
        if said is not None:
            made = resolve(said, names, table, self.find, self.mistakes, self.file, self.said)
        self.mistakes.raise_if_any()
        return made

    def _word_issues(self) -> None:
        """Give their words to the issues of the field of which the scenario says none itself."""
        own = self.tree.get("issues")
        for code, about in own.items() if isinstance(own, dict) else ():
            if isinstance(about, dict) and not about.keys() & {"low", "high", "words"}:
                about.update(known_issues().get(code, {}))

    def find(self, path: Steps, text: str) -> Path | None:
        """Find a file that the scenario names at a path, beside the file that names it."""
        folder = self.folders.get(self.tree.where(path).file, self.file.parent)
        try:
            return files.inside(text, folder)
        except InputError as error:
            self.mistakes.place(path, error)
            return None

    def _refuse_shares(self) -> None:
        for path, said, problem in shares.found(self.tree.value):
            if self._by_hand(self.tree.where(path)):
                self.mistakes.add(path, problem, value=said)

    def _by_hand(self, at: Origin) -> bool:
        """Whether a person wrote what stands there."""
        return not (self.drawn and at.file == SETTING)

    def _gather(self, file: Path, seen: tuple[Path, ...]) -> Tree:
        shown = files.shown(file)
        self.folders[shown] = file.parent
        tree = _by_code(reader.read(file, shown))
        base = tree.value.get("extends")
        if not isinstance(base, str) or not base:
            return tree
        try:
            base_file = self._base(base, file, (*seen, file.resolve()))
            return merge(self._gather(base_file, (*seen, file.resolve())), tree)
        except InputError as error:
            own = Mistakes(tree)
            own.place(("extends",), error)
            own.raise_if_any()
            raise

    def _base(self, name: str, file: Path, seen: tuple[Path, ...]) -> Path:
        found = beside(name, file.parent)
        if found.resolve() in seen:
            chain = " -> ".join(f.name for f in (*seen, found))
            raise InputError(Mistake(f"a scenario cannot extend itself ({chain})", value=name))
        if len(seen) >= LONGEST_CHAIN:
            problem = f"more than {LONGEST_CHAIN} scenarios extend one another"
            raise InputError(Mistake(problem, value=name))
        return found

    def _settings(self) -> Iterable[settings.Setting]:
        for text in self.said:
            try:
                yield settings.read(text)
            except InputError as error:
                self.mistakes.extend(error.mistakes)

    def _look_up(self, named: dict[str, settings.Setting], table: Table) -> None:
        """Refuse the actors that only a --set knows of."""
        known = [a for a in self.tree.keys(*AND) if a not in named or a in table.actors]
        for actor in settings.lookup(named, known, self.mistakes):
            del self.tree.value["actors"]["and"][actor]

    def _tables(self) -> Table:
        whole = Table()
        named = self.tree.get("actors", "from")
        listed: dict[Steps, Any] = {("actors", "from"): named}
        if isinstance(named, list):
            listed = {("actors", "from", place): text for place, text in enumerate(named)}
        for path, text in listed.items():
            file = self.find(path, text) if isinstance(text, str) else None
            if file:
                self._add_table(whole, file, path)
            elif named is not None:
                whole.whole = False
        return whole

    def _add_table(self, whole: Table, file: Path, path: Steps) -> None:
        try:
            issues = self.tree.keys("issues")
            table = tables.read(file, files.shown(file), issues, self._positioned())
        except InputError as error:
            whole.whole = False
            return self.mistakes.place(path, error)
        self.mistakes.extend(table.mistakes)
        for actor in table.actors.keys() & whole.actors.keys():
            at = table.origins[(actor,)]
            problem = f"this actor is also in {whole.origins[(actor,)].file}"
            self.mistakes.extend([Mistake(problem, at.file, at.line, "column id", actor)])
        whole.actors |= table.actors
        whole.origins |= table.origins
        whole.bases |= table.bases
        return None

    def _positioned(self) -> set[str]:
        """The issues on which actors that are written in the scenario have positions."""
        ids = self.tree.keys(*AND)
        return {issue for id_ in ids for issue in self.tree.keys(*AND, id_, "position")}

    def _keep(self, taken_back: Iterable[str], table: Table) -> None:
        """Refuse to take a table's actor away: its seat would go without anybody leaving it."""
        for actor in (a for a in taken_back if a in table.actors):
            problem = "comes from a table, and cannot be taken away; it can leave its seat"
            self.mistakes.add((*AND, actor), problem, allowed=f"{actor}=withdraws, {actor}=absent")

    def _add_rows(self, table: Table) -> None:
        """Put the tables' rows under what the scenario itself says of its actors."""
        section = self.tree.value.setdefault("actors", {})
        if not isinstance(section, dict) or not isinstance(section.setdefault("and", {}), dict):
            return  # the schema will say so
        own = section["and"]
        for actor, about in own.items():
            if isinstance(about, dict) and actor not in table.actors and actor in countries.names():
                about.setdefault("kind", "state")
        section["and"] = merged(table.actors, own)
        at: dict[Steps, Origin] = {(*AND, *path): origin for path, origin in table.origins.items()}
        self.tree.origins = at | self.tree.origins


def _by_code(tree: Tree) -> Tree:
    """Name the actors of ``and`` by their codes, so that Norway in one file is NOR in another."""
    own = tree.get(*AND)
    if not isinstance(own, dict):
        return tree
    codes = {name: countries.code(name) or name for name in own}
    made: dict[str, Any] = {}
    for name, about in own.items():
        if codes[name] in made:
            at, problem = tree.where((*AND, name)), "this actor is named twice"
            tree.mistakes.append(Mistake(problem, at.file, at.line, at.field, name))
        made[codes[name]] = about
    tree.value["actors"]["and"] = made
    tree.origins = {_recoded(path, codes): origin for path, origin in tree.origins.items()}
    return tree


def _recoded(path: Steps, codes: dict[str, str]) -> Steps:
    if len(path) > 2 and path[:2] == AND:
        return (*AND, codes[str(path[2])], *path[3:])
    return path
