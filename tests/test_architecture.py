"""The house rules that a reader can rely on: who may import whom, and what is written about."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

from sim.core.mechanism import HOOKS, Mechanism
from sim.mechanisms import AGENDA

ROOT = Path(__file__).parent.parent / "sim"

# From the bottom up, one storey a room: it uses those below it, and never one above.
STOREYS = (
    *(
        "errors",
        "shipped",
        "arrow",
        "disk",
        "near",
        "encoding",
        "delimited",
        "literature",
        "extras",
    ),
    *("countries", "forums", "rollcalls", "record", "codings", "precedents"),
    *("core", "coalitions", "mechanisms", "scenario", "build", "runner"),
    *("actors", "classes", "model", "play", "page"),
    *("published", "experiment", "analysis", "study", "sweep", "sensitivity"),
    *("show", "staging", "report", "results", "scoring", "sealed", "hindcast", "answers"),
    *("web", "alias", "cli", "__main__"),
)
STOREY = {room: number for number, room in enumerate(STOREYS)}

MESA = {"model.py", "actors.py", "page.py"}
TALKS = {"socket", "ssl", "http", "urllib", "ftplib", "smtplib", "asyncio", "requests", "xmlrpc"}
HEAVY = ("mesa", "matplotlib", "scipy", "pandas", "numpy", "pydantic", "pyarrow", "networkx")
FILES = sorted(ROOT.rglob("*.py"))
MODULES = {
    ".".join(file.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__"): file
    for file in FILES
}


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def room(file: Path) -> str:
    return file.relative_to(ROOT).parts[0].removesuffix(".py")


@cache
def imported(file: Path) -> frozenset[str]:
    """Every module a file imports, anywhere in it, under its full name."""
    found = set[str]()
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            if node.module == "sim":
                found.update(f"sim.{alias.name}" for alias in node.names)
    return frozenset(found)


def loaded(body: Iterable[ast.stmt]) -> Iterator[str]:
    """The modules that are imported as a file is loaded: not those that a function asks for."""
    for node in body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for full in (f"{node.module}.{alias.name}" for alias in node.names):
                yield full if full in MODULES else node.module
        elif isinstance(node, ast.Try | ast.With | ast.ClassDef):
            yield from loaded(node.body)


def rooms_used(file: Path) -> set[str]:
    return {m.split(".")[1] for m in imported(file) if m.startswith("sim.")}


def public(body: list[ast.stmt], owner: str = "") -> Iterator[tuple[str, ast.AST]]:
    """Every function and class a reader can reach, methods included."""
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        yield owner + node.name, node
        if isinstance(node, ast.ClassDef):
            yield from public(node.body, f"{owner}{node.name}.")


def test_every_room_has_its_storey() -> None:
    rooms = {room(f) for f in FILES} - {"__init__", "_shipped"}
    assert rooms <= STOREY.keys(), f"say on which storey {sorted(rooms - STOREY.keys())} stand"


def _above(file: Path) -> set[str]:
    """The rooms of higher storeys that a file uses."""
    here = room(file)
    return {used for used in rooms_used(file) if STOREY[used] > STOREY[here]}


def test_arrows_point_down() -> None:
    """The public surface alone names rooms of every storey, and imports them when used."""
    reaching = {
        name(file): above
        for file in FILES
        if file != ROOT / "__init__.py"
        if (above := _above(file))
    }
    assert reaching == {}, "files that reach up"


def test_only_the_mesa_view_knows_mesa() -> None:
    users = {name(f) for f in FILES for m in imported(f) if m.split(".")[0] == "mesa"}
    assert users <= MESA


def test_no_file_is_loaded_in_a_circle() -> None:
    """Each can be imported first; a circle is told, file by file."""
    uses = {m: {*loaded(tree(f).body)} & MODULES.keys() - {m} for m, f in MODULES.items()}
    TopologicalSorter(uses).prepare()  # a CycleError names the files


def test_no_two_published_models_lean_on_one_another() -> None:
    """Nor in their types: each can be read, and taken out, by itself."""
    here = {m: f for m, f in MODULES.items() if m.startswith("sim.published.")}
    uses = {m: {*imported(f)} & here.keys() - {m} for m, f in here.items()}
    TopologicalSorter(uses).prepare()


def test_nothing_opens_a_connection() -> None:
    talking = {name(f) for f in FILES for m in imported(f) if m.split(".")[0] in TALKS}
    assert talking == set()


def test_everything_public_says_what_it_is() -> None:
    silent = [
        f"{name(file)}: {said}"
        for file in FILES
        for said, node in [("the file itself", tree(file)), *public(tree(file).body)]
        if not ast.get_docstring(node)
    ]
    assert silent == []


def test_no_path_of_the_machine_it_was_written_on() -> None:
    texts = {name(file): file.read_text(encoding="utf-8") for file in FILES}
    assert [n for n, text in texts.items() if "/work" in text or "shared/" in text] == []


def test_no_mechanism_is_forgotten() -> None:
    """Every class that is written as a mechanism stands on the agenda, once."""
    written = sorted(
        node.name
        for file in (ROOT / "mechanisms").glob("*.py")
        for node in tree(file).body
        if isinstance(node, ast.ClassDef) and "Mechanism" in map(ast.unparse, node.bases)
    )
    assert sorted(cls.__name__ for cls in AGENDA) == written


def test_mechanisms_do_not_lean_on_their_order_in_files() -> None:
    """They import one another in no circle, and the core imports none of them but by the list."""
    for file in (ROOT / "core").rglob("*.py"):
        assert not {m for m in imported(file) if m.startswith("sim.mechanisms")}, name(file)


def test_a_mechanism_overrides_what_the_contract_has_and_hides_nothing() -> None:
    """A hook that is misspelt would never be called: a public method is one of the contract."""
    contract = {n for n in vars(Mechanism) if not n.startswith("_")}
    for cls in AGENDA:
        own = {n for n in vars(cls) if not n.startswith("_")}
        assert own <= contract, f"{cls.__name__} has {sorted(own - contract)}"
        for hook in own & set(HOOKS):
            ours = inspect.signature(getattr(Mechanism, hook)).parameters
            theirs = inspect.signature(getattr(cls, hook)).parameters
            assert len(theirs) == len(ours), f"{cls.__name__}.{hook}"


def test_import_sim_is_light() -> None:
    code = f"import sys, sim; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_import_of_the_core_loads_mesa_or_matplotlib() -> None:
    code = (
        "import sys, sim.build, sim.core.ensemble, sim.scenario\n"
        "print([m for m in ('mesa', 'matplotlib', 'pandas', 'networkx') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def listed(file: Path) -> Iterator[tuple[int, list[str]]]:
    """Every tuple, list, set and dictionary written out, with the strings in it or its keys."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Dict):
            items: list[ast.expr | None] = list(node.keys)
        elif isinstance(node, ast.Tuple | ast.List | ast.Set):
            items = list(node.elts)
        else:
            continue
        said = [item.value for item in items if isinstance(item, ast.Constant)]
        yield node.lineno, [text for text in said if isinstance(text, str)]


def test_outcomes_are_listed_by_the_mechanisms_alone() -> None:
    """Three names of outcomes in one list are a list of outcomes: a new one would be missing."""
    from sim.core.registry import OUTCOMES

    found = [
        f"{name(file)}:{line}"
        for file in FILES
        if room(file) not in ("core", "mechanisms")
        for line, said in listed(file)
        if len(OUTCOMES.keys() & set(said)) > 2
    ]
    assert found == []
