"""Measure the tests: `python experiments/benchmarks/mutants.py` (200 small faults; some hours).

One small fault at a time is put into the code, and the tests are asked whether they see it. A
fault that no test sees survives, and shows what nobody checks. Faults are drawn by seed from all
there are in all rooms; the tests run on copies, the nearest first. Prints tables in Markdown.

For a quick look: `--each 3 --depth 1 --limit 120` draws three of every room, and asks each file's
own tests alone, for two minutes at most; whoever does not answer by then has not seen the fault.

Left out is what no result depends on, or what cannot differ: messages and what is raised, types,
how figures look, and where exactly a comparison of two measured numbers has its boundary.

A line that makes no difference to any result, such as the size of a cache, is left out by a
comment that says why: `# no mutant: WHY`. On the first line of a statement it covers all of it.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path, PurePosixPath
from queue import SimpleQueue

ROOT = Path(__file__).parents[2]
MODEL = ("core", "mechanisms", "forums")  # rooms that are tested as one
TOP = "top"  # files that stand in no room
WHOLE = tuple(
    f"tests/test_{name}.py" for name in ("reference", "theory", "baseline", "build", "model")
)
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "venv", "build", "dist", "*.egg-info")
PATIENCE, START = 3.0, 30.0  # a run may take so many times as long as without a fault, and so much
NO_TESTS = 5  # what pytest returns where it found none
OUT_OF_TIME = -1

COMPARISONS: dict[type[ast.cmpop], tuple[str, ...]] = {  # what is written, and what may replace it
    ast.Lt: ("<", "<=", ">="),
    ast.LtE: ("<=", "<", ">"),
    ast.Gt: (">", ">=", "<="),
    ast.GtE: (">=", ">", "<"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
}
ARITHMETIC: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "*"),
    ast.Mod: ("%", "*"),
    ast.Pow: ("**", "*"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: ("|", "&"),
    ast.BitXor: ("^", "&"),
}
PAIRS = (
    *(("min", "max"), ("minimum", "maximum"), ("argmin", "argmax")),
    *(("any", "all"), ("floor", "ceil")),
)
TWINS = {one: other for pair in PAIRS for one, other in (pair, pair[::-1])}
NEGATED = {"bool": "not ", "Bools": "~", "npt.NDArray[np.bool_]": "~"}  # by what is returned
GUARDS = {  # arguments that change no result
    *("copy", "maxsize", "optimize", "strict", "exist_ok", "parents"),
    *("workers", "chunk", "timeout", "indent", "stacklevel", "rtol", "atol"),
}
TOLD = {
    "Mistake",
    "InputError",
    "RunError",
    "print",
    "echo",
    "warn",
}  # calls that only say something
LOOKS = ("sim/show/plots/", "sim/report/html")  # where numbers are places, sizes and colours
NO_CODE = {"annotation", "returns", "decorator_list"}  # fields of a node that are not run as model
FAILED = re.compile(r"^(?:FAILED|ERROR) ([^\s[]+)", re.MULTILINE)  # without its parameters
MARKER = re.compile(rb"#\s*no mutant: *\S")

_running: set[subprocess.Popen[str]] = set()

Edit = tuple[int, int, str]  # from byte, to byte, what stands there instead
Change = tuple[str, list[Edit]]  # its kind, and the edits it takes


@dataclass(frozen=True)
class Mutant:
    """One small fault in one file."""

    file: str
    line: int
    kind: str
    before: str  # the line as it is
    after: str
    content: bytes  # the file with the fault


@dataclass(frozen=True)
class Trial:
    """What the tests made of a mutant: "killed", "timed out" or "survived"."""

    mutant: Mutant
    outcome: str
    seconds: float


class Source:
    """A file's bytes, and where its parts stand in them."""

    def __init__(self, content: bytes, file: str = "") -> None:
        self.content = content
        self.looks = file.startswith(LOOKS)
        self.tree = ast.parse(content)
        self.dumped = ast.dump(self.tree)
        self.lines = content.splitlines(keepends=True)
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line))
        # From the outside in, so that a function's own annotation has the last word.
        self.returns = {
            id(inner): ast.unparse(node.returns) if node.returns else ""
            for node in ast.walk(self.tree)
            if isinstance(node, ast.FunctionDef)
            for inner in ast.walk(node)
            if isinstance(inner, ast.Return)
        }

    def start(self, node: ast.expr | ast.stmt) -> int:
        """Find the byte where a node begins."""
        return self.starts[node.lineno - 1] + node.col_offset

    def end(self, node: ast.expr | ast.stmt) -> int:
        """Find the byte after a node's last."""
        return self.starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)

    def text(self, node: ast.expr) -> str:
        """Give what is written for a node."""
        return self.content[self.start(node) : self.end(node)].decode()

    def between(self, left: ast.expr, right: ast.expr, sign: str, other: str) -> Edit:
        """Replace the sign that stands between two nodes."""
        start = self.end(left)
        gap = self.content[start : self.start(right)]
        bare = re.sub(rb"#[^\n]*", lambda comment: b" " * len(comment[0]), gap)
        found = re.search(re.escape(sign).replace(r"\ ", r"\s+").encode(), bare)
        assert found is not None
        return start + found.start(), start + found.end(), other

    def marked(self, line: int) -> bool:
        """Say whether a line asks for no mutants."""
        return MARKER.search(self.lines[line - 1]) is not None

    def line_at(self, byte: int) -> int:
        """Find the line of a byte, from 1."""
        return sum(start <= byte for start in self.starts[1:]) + 1

    def with_edits(self, edits: Iterable[Edit]) -> bytes:
        """Give the file with ``edits`` made."""
        content = self.content
        for start, end, text in sorted(edits, reverse=True):
            content = content[:start] + text.encode() + content[end:]
        return content


def nodes(source: Source, node: ast.AST) -> Iterator[ast.AST]:
    """Walk through code that has a part in results, and is not marked as having none."""
    if isinstance(node, ast.JoinedStr | ast.Import | ast.ImportFrom | ast.Assert | ast.Raise):
        return
    if isinstance(node, ast.Call) and _called(node) in TOLD:
        return
    if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
        return
    if isinstance(node, ast.stmt | ast.expr) and source.marked(node.lineno):
        return
    if isinstance(node, ast.keyword) and node.arg in GUARDS:
        return
    yield node
    guards = _guarded(node) if isinstance(node, ast.arguments) else []
    for field, value in ast.iter_fields(node):
        if field not in NO_CODE and not _axis(node):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and child not in guards:
                    yield from nodes(source, child)


def _guarded(said: ast.arguments) -> list[ast.expr | None]:
    """The defaults of arguments that change no result."""
    plain = [*said.posonlyargs, *said.args]
    last = plain[len(plain) - len(said.defaults) :]
    both = [
        *zip(last, said.defaults, strict=True),
        *zip(said.kwonlyargs, said.kw_defaults, strict=True),
    ]
    return [default for arg, default in both if arg.arg in GUARDS]


def _called(call: ast.Call) -> str:
    """The last name of what is called."""
    return getattr(call.func, "attr", "") or getattr(call.func, "id", "")


def _axis(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.keyword)
        and node.arg == "axis"
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, int)
    )


def _comparison(source: Source, node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Compare):
        for (left, right), op in zip(
            pairwise([node.left, *node.comparators]), node.ops, strict=True
        ):
            sign, *others = COMPARISONS[type(op)]
            if len(others) > 1 and not (_counted_out(left) or _counted_out(right)):
                others = others[1:]  # two measured numbers are never just equal
            for other in others:
                yield "comparison", [source.between(left, right, sign, other)]


def _counted_out(node: ast.AST) -> bool:
    """Whether a number is one that others may just equal: written out, named as fixed, counted."""
    if isinstance(node, ast.Call):
        return _called(node) in {"len", "sum", "count_nonzero"}
    name = getattr(node, "attr", "") or getattr(node, "id", "")
    return isinstance(node, ast.Constant) or (name.isupper() and len(name) > 1)


def _arithmetic(source: Source, node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.BinOp):
        left, right, mark = node.left, node.right, ""
    elif isinstance(node, ast.AugAssign):
        left, right, mark = node.target, node.value, "="
    else:
        return
    no_number = ast.JoinedStr | ast.Tuple | ast.List
    if any(isinstance(side, no_number) or _is(side, str) for side in (left, right)):
        return
    if isinstance(node.op, ast.BitOr) and _type(left) and _type(right):
        return
    if type(node.op) in ARITHMETIC:
        sign, other = (text + mark for text in ARITHMETIC[type(node.op)])
        kind = "and, or of arrays" if sign[0] in "&|^" else "arithmetic"
        yield kind, [source.between(left, right, sign, other)]


def _type(node: ast.AST) -> bool:
    """Whether a side of `|` is a type."""
    if isinstance(node, ast.BinOp):
        return _type(node.left) and _type(node.right)
    if isinstance(node, ast.Subscript):
        return _type(node.value)
    name = getattr(node, "attr", "") or getattr(node, "id", "")
    plain = {"int", "float", "str", "bool", "bytes", "list", "tuple", "dict", "set"}
    return _is(node, type(None)) or name in plain or (name[:1].isupper() and not name.isupper())


def _is(node: ast.AST, kind: type) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, kind)


def _constant(source: Source, node: ast.AST) -> Iterator[Change]:
    if not isinstance(node, ast.Constant) or (source.looks and not _is(node, bool)):
        return
    value = node.value
    here = source.start(node), source.end(node)
    if isinstance(value, bool):
        yield "truth value", [(*here, str(not value))]
    elif isinstance(value, int):
        yield "number", [(*here, str(value + 1))]
    elif isinstance(value, float):
        nudged = value + 0.1 if abs(value) < 1 else value * 1.1
        yield "number", [(*here, repr(round(nudged, 9)))]


def _axes(source: Source, node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.keyword) and _axis(node):
        start, end = source.start(node.value), source.end(node.value)
        yield "axis", [(start, end, "2" if source.text(node.value) == "1" else "1")]


def _logic(source: Source, node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.BoolOp):
        sign, other = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        edits = [source.between(*sides, sign, other) for sides in pairwise(node.values)]
        yield "and, or", edits
    if isinstance(node, ast.If | ast.IfExp) and not isinstance(
        node.test, ast.Compare | ast.BoolOp | ast.UnaryOp
    ):
        yield "condition", _wrapped(source, node.test, "not ")


def _wrapped(source: Source, node: ast.expr, sign: str) -> list[Edit]:
    start, end = source.start(node), source.end(node)
    return [(start, start, f"{sign}("), (end, end, ")")]


def _unary(source: Source, node: ast.AST) -> Iterator[Change]:
    signs = {ast.Not: ("not", "not"), ast.Invert: ("~", "not"), ast.USub: ("-", "minus")}
    if isinstance(node, ast.UnaryOp) and type(node.op) in signs:
        sign, name = signs[type(node.op)]
        start = source.start(node)
        space = 1 if sign == "not" and source.content[start + 3 : start + 4] == b" " else 0
        yield f"{name} dropped", [(start, start + len(sign) + space, "")]


def _call(source: Source, node: ast.AST) -> Iterator[Change]:
    if not isinstance(node, ast.Call):
        return
    name = _called(node)
    if name in TWINS:
        end = source.end(node.func)
        yield "least, most", [(end - len(name), end, TWINS[name])]
    if name == "where" and len(node.args) == 3:
        _, one, other = node.args
        edits = [
            (source.start(a), source.end(a), source.text(b))
            for a, b in ((one, other), (other, one))
        ]
        yield "branches of where", edits


def _statement(source: Source, node: ast.AST) -> Iterator[Change]:
    called = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    if called and _called(node.value) in TOLD:
        return
    placed = isinstance(node, ast.Assign) and all(
        isinstance(target, ast.Subscript | ast.Attribute) for target in node.targets
    )
    if isinstance(node, ast.stmt) and (called or placed or isinstance(node, ast.AugAssign)):
        yield "statement deleted", [(source.start(node), source.end(node), "pass")]


def _predicate(source: Source, node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Return) and node.value is not None:
        sign = NEGATED.get(source.returns.get(id(node), ""))
        if sign:
            yield "predicate negated", _wrapped(source, node.value, sign)


RULES: tuple[Callable[[Source, ast.AST], Iterator[Change]], ...] = (
    *(_comparison, _arithmetic, _constant, _axes, _logic, _unary, _call, _statement, _predicate),
)


def mutants_of(content: bytes, file: str) -> list[Mutant]:
    """List every mutant of a file; each compiles, and no two are alike."""
    source = Source(content, file)
    made = (_mutant(source, file, change) for change in changes(source))
    return list({mutant.content: mutant for mutant in made if mutant}.values())


def changes(source: Source) -> list[Change]:
    """List what may be changed in a file, whether or not it makes a difference."""
    every = nodes(source, source.tree)
    return [change for node in every for rule in RULES for change in rule(source, node)]


def _mutant(source: Source, file: str, change: Change) -> Mutant | None:
    kind, edits = change
    mutated = source.with_edits(edits)
    if not _differs(source, mutated):
        return None
    line = source.line_at(min(edits)[0])
    after = mutated.splitlines()[line - 1].decode().strip()
    before = source.lines[line - 1].decode().strip()
    return Mutant(file, line, kind, before, after, mutated)


def _differs(source: Source, mutated: bytes) -> bool:
    try:
        return ast.dump(ast.parse(mutated)) != source.dumped
    except SyntaxError:
        return False


def room_of(file: str) -> str:
    """Name the room of a file."""
    _, room, *rest = PurePosixPath(file).parts
    return room if rest else TOP


def files(root: Path, room: str = "") -> list[str]:
    """List the files of the program, or of one room."""
    names = [file.relative_to(root).as_posix() for file in sorted(root.glob("sim/**/*.py"))]
    return [name for name in names if room in ("", room_of(name))]


def listed(root: Path, room: str = "") -> list[Mutant]:
    """List every mutant of all files, or of those of one room, file by file."""
    return [m for name in files(root, room) for m in mutants_of((root / name).read_bytes(), name)]


def sampled(root: Path, count: int, seed: int, room: str = "") -> list[Mutant]:
    """Draw mutants of a room or of all, without making those that are not drawn."""
    sources = {name: Source((root / name).read_bytes(), name) for name in files(root, room)}
    every = [(name, change) for name, source in sources.items() for change in changes(source)]
    random.Random(seed).shuffle(every)
    made = (_mutant(sources[name], name, change) for name, change in every)
    found: dict[bytes, Mutant] = {}
    for mutant in made:
        if len(found) == count:
            break
        if mutant:
            found[mutant.content] = mutant
    return list(found.values())


def drawn(mutants: Sequence[Mutant], count: int, seed: int) -> list[Mutant]:
    """Draw ``count`` mutants, of every file as many as its part of them all, in random order."""
    if count >= len(mutants):
        return list(mutants)
    chance = random.Random(seed)
    shuffled = sorted(mutants, key=lambda mutant: (mutant.file, chance.random()))
    first, step = chance.random(), len(mutants) / count
    sample = [shuffled[int((place + first) * step)] for place in range(count)]
    chance.shuffle(sample)
    return sample


def stages(root: Path, file: str, depth: int = 3) -> list[list[str]]:
    """List the tests to ask about a file: its own, those of its room, those of the whole model.

    A file without a test by its name has those for its own that import it; without any, its room's.
    """
    path, room = PurePosixPath(file), room_of(file)
    mirror = PurePosixPath("tests", *path.parts[1:-1], f"test_{path.name}").as_posix()
    beside = [test for r in (MODEL if room in MODEL else [room]) for test in _tests(root, r)]
    module = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
    if (root / mirror).is_file():
        own = [mirror]
    else:
        own = [test for test, used in imports(root).items() if module in used] or beside
    whole = [test for test in WHOLE if room in MODEL and (root / test).is_file()]
    found = [own, [test for test in beside if test not in own], whole][:depth]
    return [tests for tests in found if tests]


def _tests(root: Path, room: str) -> list[str]:
    """The tests of a room: its folder, and the files that are named after it."""
    named = "*" if room == TOP else f"{room}*"
    files = [*(root / "tests" / room).rglob("test_*.py")]
    files += (root / "tests").glob(f"test_{named}.py")
    return [test.relative_to(root).as_posix() for test in sorted(files)]


@cache
def imports(root: Path) -> dict[str, set[str]]:
    """Which modules each file of tests imports, under their full names."""
    found: dict[str, set[str]] = {}
    for test in sorted((root / "tests").rglob("test_*.py")):
        used = found[test.relative_to(root).as_posix()] = set[str]()
        for node in ast.walk(ast.parse(test.read_bytes())):
            if isinstance(node, ast.Import):
                used.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                used.update({node.module, *(f"{node.module}.{a.name}" for a in node.names)})
    return found


def ask(
    tree: Path, tests: Sequence[str], limit: float | None = None, **env: str
) -> tuple[int, str]:
    """Run tests in a copy until one fails: its code, and what it said."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    process = subprocess.Popen(
        command,
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree), **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    _running.add(process)
    try:
        said, _ = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        return OUT_OF_TIME, ""
    finally:
        _end(process)
    return process.returncode, said


def _end(process: subprocess.Popen[str]) -> None:
    """End a run, and whatever it started, where it has not ended."""
    _running.discard(process)
    if process.poll() is None:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.wait()


def timed(tree: Path, tests: Iterable[str]) -> dict[str, float]:
    """Run test files without any fault: seconds by file. Stops where one fails."""
    seconds = {}
    for test in tests:
        begun = time.perf_counter()
        code, said = ask(tree, [test])
        seconds[test] = time.perf_counter() - begun
        if code not in {0, NO_TESTS}:
            raise SystemExit(f"{said}\n{test} fails without any fault put in: mend that first.")
    return seconds


def trial(
    tree: Path,
    mutant: Mutant,
    seconds: dict[str, float],
    depth: int = 3,
    most: float | None = None,
    moment: int = 1,
) -> Trial:
    """Put a mutant into a copy and ask the tests, the quickest of each stage first.

    Without ``most``, seconds that each stage may take, it is what the tests took without a fault.
    """
    path, begun, outcome = tree / mutant.file, time.perf_counter(), "survived"
    content, at = path.read_bytes(), path.stat()
    failed: list[str] = []
    path.write_bytes(mutant.content)
    os.utime(path, (moment, moment))  # its own: what was compiled before is not taken for it
    try:
        for tests in stages(tree, mutant.file, depth):
            limit = most or PATIENCE * sum(seconds[test] for test in tests) + START
            quickest = sorted(tests, key=lambda test: seconds.get(test, 0.0))
            code, said = ask(tree, quickest, limit, PYTHONDONTWRITEBYTECODE="1")
            if code == OUT_OF_TIME and most:
                continue
            if code not in {0, NO_TESTS}:
                outcome = "timed out" if code == OUT_OF_TIME else "killed"
                failed = FAILED.findall(said)
                break
    finally:
        path.write_bytes(content)
        os.utime(path, ns=(at.st_atime_ns, at.st_mtime_ns))
    if most and outcome == "killed" and ask(tree, failed)[0] not in {0, NO_TESTS}:
        print(f"{failed} fails without any fault put in: mend that.", file=sys.stderr)
        outcome = "survived"
    return Trial(mutant, outcome, time.perf_counter() - begun)


def tried(
    root: Path,
    mutants: Sequence[Mutant],
    workers: int = 1,
    depth: int = 3,
    most: float | None = None,
) -> list[Trial]:
    """Try every mutant on copies of the tree, one for each worker; says how it goes."""
    tests = sorted({t for m in mutants for stage in stages(root, m.file, depth) for t in stage})
    trials: list[Trial] = []
    with tempfile.TemporaryDirectory() as scratch:
        copies: SimpleQueue[Path] = SimpleQueue()
        first = Path(shutil.copytree(root, Path(scratch, "0"), ignore=LEFT_OUT))
        seconds = {} if most else timed(first, tests)
        copies.put(first)
        for place in range(1, workers):
            copies.put(Path(shutil.copytree(first, Path(scratch, str(place)))))

        def one(numbered: tuple[int, Mutant]) -> Trial:
            moment, mutant = numbered
            tree = copies.get()
            try:
                return trial(tree, mutant, seconds, depth, most, moment)
            finally:
                copies.put(tree)

        with ThreadPoolExecutor(workers) as pool:
            try:
                for done in pool.map(one, enumerate(mutants, 1)):
                    trials.append(done)
                    said = f"{len(trials)}/{len(mutants)} {_told(done)}"
                    print(said, file=sys.stderr, flush=True)
            finally:  # where it is stopped, no run goes on without it
                pool.shutdown(wait=False, cancel_futures=True)
                for process in tuple(_running):
                    _end(process)
    return trials


def _told(done: Trial) -> str:
    mutant = done.mutant
    return f"{done.outcome} {done.seconds:.1f} s {mutant.file}:{mutant.line} {mutant.after}"


def report(trials: Sequence[Trial]) -> str:
    """Tell the share killed by room and in all, and every survivor, in Markdown."""
    rows = ["| room | mutants | killed | of these out of time | survived | share killed |"]
    rows += ["| --- | ---: | ---: | ---: | ---: | ---: |"]
    for room in sorted({room_of(done.mutant.file) for done in trials}):
        rows.append(_counted(room, [d for d in trials if room_of(d.mutant.file) == room]))
    rows.append(_counted("all", trials))
    alive = sorted((d.mutant for d in trials if d.outcome == "survived"), key=_place)
    rows += ["", "| survivor | kind | before | after |", "| --- | --- | --- | --- |"]
    for mutant in alive:
        before, after = (_code(text) for text in (mutant.before, mutant.after))
        rows.append(f"| {mutant.file}:{mutant.line} | {mutant.kind} | {before} | {after} |")
    mean = sum(done.seconds for done in trials) / max(len(trials), 1)
    return "\n".join([*rows, "", f"A mutant took {mean:.1f} s on average."])


def _counted(name: str, trials: Sequence[Trial]) -> str:
    by = Counter(done.outcome for done in trials)
    killed = by["killed"] + by["timed out"]
    share = f"{killed / max(len(trials), 1):.0%}"
    return f"| {name} | {len(trials)} | {killed} | {by['timed out']} | {by['survived']} | {share} |"


def _place(mutant: Mutant) -> tuple[str, int]:
    return mutant.file, mutant.line


def _code(text: str) -> str:
    return "`" + text.replace("|", r"\|") + "`"


def main(argv: Sequence[str] | None = None, root: Path = ROOT) -> None:
    rooms = sorted(set(map(room_of, files(root))))
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--seed", type=int, default=1)
    add("--count", type=int, default=200, help="mutants to draw")
    add("--each", type=int, help="mutants to draw of every room, instead")
    add("--workers", type=int, default=2, help="copies of the tree that are tested at once")
    add("--room", choices=rooms, help="one room alone")
    add("--limit", type=float, help="seconds for a stage; then tests are not timed first")
    add(
        "--depth",
        type=int,
        choices=(1, 2, 3),
        default=3,
        help="1: a file's own tests; 2: also those of its room; 3: also of the whole model",
    )
    add("--list", action="store_true", help="list the mutants drawn, and run nothing")
    add("--out", type=Path, help="write the tables there as well")
    args = parser.parse_args(argv)
    asked = [args.room] if args.room else rooms if args.each else [""]
    count = args.each or args.count
    sample = [m for room in asked for m in sampled(root, count, args.seed, room)]
    if args.list:
        for m in sample:
            print(f"{m.file}:{m.line} [{m.kind}] {m.before} -> {m.after}")
        return
    text = report(tried(root, sample, args.workers, args.depth, args.limit))
    print(text)
    if args.out:
        args.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))
    main()
