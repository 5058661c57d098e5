"""Faults put into code on purpose: which there are, which are drawn, whether a test sees them."""

from __future__ import annotations

import ast
from pathlib import Path
from types import ModuleType

import pytest

from tests.experiments.script import script

TOY = '''"""Toys: 1 + 2 is not a mutant, nor is any text."""

from __future__ import annotations

LIMIT: int = 3
CACHE = 4  # no mutant: how much is kept changes no result


def under(size: int) -> bool:
    """Say whether size < 3; size == 3 is not."""
    return size < LIMIT and "a < b" != "1 + 1"


class Box:
    """A box holds 5 toys."""

    def unseen(self, box: list[int]) -> None:  # no mutant: nothing asks for it
        """Add 1 to a box."""
        box.append(1)
'''
TEST = """from sim.core.toy import under


def test_under() -> None:
    assert under(2)
    assert not under(3)
"""
KINDS = '''"""One line of each kind."""


def kinds(a, b):
    a += 1
    a.sort(key=len)
    a[0] = f"{a + b}"
    spread = np.where(a & ~b, min(a), -b).sum(axis=1)
    return not (a is b or (  # one < other
        a) < b), True, zip(a, b, strict=True), spread
'''


@pytest.fixture(scope="module")
def mutants() -> ModuleType:
    return script("mutants")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give a tree of one toy, without a test."""
    for folder in ("sim/core", "tests/core"):
        (tmp_path / folder).mkdir(parents=True)
    for package in ("sim/__init__.py", "sim/core/__init__.py"):
        (tmp_path / package).touch()
    (tmp_path / "sim/core/toy.py").write_text(TOY)
    return tmp_path


def test_a_draw_is_fixed_by_its_seed(mutants: ModuleType) -> None:
    files = {f"{name}.py": TOY.replace("LIMIT", name).encode() for name in ("A", "B", "C")}
    found = [m for name, text in files.items() for m in mutants.mutants_of(text, name)]
    one, again, other = (mutants.drawn(found, 9, seed) for seed in (1, 1, 2))
    assert one == again != other
    assert len(set(one)) == 9
    assert [sum(m.file == name for m in one) for name in files] == [3, 3, 3]
    assert mutants.drawn(found, len(found) + 1, 1) == found


def test_a_fault_is_seen_only_where_a_test_looks(mutants: ModuleType, root: Path) -> None:
    every = mutants.listed(root)
    boundary = [m for m in every if m.after.startswith("return size <= LIMIT")]
    (unseen,) = mutants.tried(root, boundary)
    assert unseen.outcome == "survived"
    (root / "tests/core/test_toy.py").write_text(TEST)
    (seen,) = mutants.tried(root, boundary)
    assert seen.outcome == "killed"
    assert (root / "sim/core/toy.py").read_text() == TOY
    told = mutants.report([seen, unseen])
    assert "| all | 2 | 1 | 0 | 1 | 50% |" in told
    assert (
        f"| sim/core/toy.py:{unseen.mutant.line} | comparison | `{unseen.mutant.before}` |" in told
    )


def test_a_run_without_end_counts_as_killed(
    mutants: ModuleType, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = (
        "from sim.core.toy import LIMIT\n\n\ndef test_it() -> None:\n    while LIMIT > 3: ...\n"
    )
    (root / "tests/core/test_toy.py").write_text(endless)
    monkeypatch.setattr(mutants, "START", 1.0)
    monkeypatch.setattr(mutants, "PATIENCE", 1.0)
    (late,) = mutants.tried(root, [m for m in mutants.listed(root) if "= 4" in m.after])
    assert late.outcome == "timed out"
    assert "| all | 1 | 1 | 1 | 0 | 100% |" in mutants.report([late])


def test_tests_that_fail_anyway_stop_it(mutants: ModuleType, root: Path) -> None:
    (root / "tests/core/test_toy.py").write_text(TEST.replace("not under(3)", "under(3)"))
    with pytest.raises(SystemExit, match=r"tests/core/test_toy\.py fails without any fault"):
        mutants.main(["--count=1", "--workers=1"], root)


def test_texts_types_and_marked_lines_are_left_alone(mutants: ModuleType) -> None:
    texts = {node.value for node in ast.walk(ast.parse(TOY)) if _is_text(node)}
    found = mutants.mutants_of(TOY.encode(), "toy.py")
    assert found
    for mutant in found:
        tree = ast.parse(mutant.content)
        assert {node.value for node in ast.walk(tree) if _is_text(node)} == texts
        assert mutant.before in {"LIMIT: int = 3", 'return size < LIMIT and "a < b" != "1 + 1"'}


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_every_kind_of_fault(mutants: ModuleType) -> None:
    found = mutants.mutants_of(KINDS.encode(), "kinds.py")
    assert {(m.kind, m.after) for m in found} == {
        ("arithmetic", "a -= 1"),
        ("number", "a += 2"),
        ("statement deleted", "pass"),
        ("number", 'a[1] = f"{a + b}"'),
        ("and, or of arrays", "spread = np.where(a | ~b, min(a), -b).sum(axis=1)"),
        ("not dropped", "spread = np.where(a & b, min(a), -b).sum(axis=1)"),
        ("branches of where", "spread = np.where(a & ~b, -b, min(a)).sum(axis=1)"),
        ("least, most", "spread = np.where(a & ~b, max(a), -b).sum(axis=1)"),
        ("minus dropped", "spread = np.where(a & ~b, min(a), b).sum(axis=1)"),
        ("axis", "spread = np.where(a & ~b, min(a), -b).sum(axis=2)"),
        ("not dropped", "return (a is b or (  # one < other"),
        ("comparison", "return not (a is not b or (  # one < other"),
        ("and, or", "return not (a is b and (  # one < other"),
        ("comparison", "a) >= b), True, zip(a, b, strict=True), spread"),
        ("truth value", "a) < b), False, zip(a, b, strict=True), spread"),
    }


SAID = """
Sized = Sequence[int] | Box
def said(a: int | None, b, workers=1, *, chunk=64):
    if a > 0:
        raise InputError(Mistake("above", value=a + 1))
    warn("so many", stacklevel=2)
    return dict(chunk=3)
"""


def test_what_is_said_and_types_are_left_alone(mutants: ModuleType) -> None:
    found = {m.after for m in mutants.mutants_of(SAID.encode(), "said.py")}
    assert found == {"if a >= 0:", "if a <= 0:", "if a > 1:"}
    looks = mutants.mutants_of(
        b"def look(a):\n    return a * 3, a < 4, True", "sim/show/plots/a.py"
    )
    assert {m.kind for m in looks} == {"arithmetic", "comparison", "truth value"}


def test_predicates_are_negated(mutants: ModuleType) -> None:
    given = {"a": "bool", "b": "Bools", "c": "int"}
    code = "\n".join(f"def {name}() -> {kind}:\n    return {name}" for name, kind in given.items())
    afters = [m.after for m in mutants.mutants_of(code.encode(), "a.py")]
    assert afters == ["return not (a)", "return ~(b)"]


def test_a_file_is_asked_of_its_own_tests_first(mutants: ModuleType) -> None:
    own, rooms, whole = mutants.stages(mutants.ROOT, "sim/forums/access.py")
    assert own == ["tests/forums/test_access.py"]
    assert "tests/forums/test_decision.py" in rooms
    assert not set(own) & set(rooms)
    assert "tests/test_theory.py" in whole
    (shown,) = mutants.stages(mutants.ROOT, "sim/cli/app.py", 1)
    assert shown
    assert mutants.stages(mutants.ROOT, "sim/near.py", 2)


def test_what_is_slow_or_fails_anyway_has_seen_nothing(mutants: ModuleType, root: Path) -> None:
    late = "import time\n\n\ndef test_it() -> None:\n    time.sleep(9)\n"
    for test in (late, TEST.replace("not under(3)", "under(4)")):
        (root / "tests/core/test_toy.py").write_text(test)
        (done,) = mutants.tried(root, mutants.listed(root, "core")[:1], most=4.0)
        assert done.outcome == "survived"


def test_a_sample_of_all_files_is_fixed_by_its_seed(mutants: ModuleType, root: Path) -> None:
    (root / "sim/other.py").write_text(TOY.replace("3", "7"))
    one, again, other = (mutants.sampled(root, 5, seed) for seed in (1, 1, 2))
    assert one == again != other
    assert len(set(one)) == 5
    assert {mutants.room_of(m.file) for m in mutants.sampled(root, 99, 1)} == {"core", "top"}
    assert {m.file for m in mutants.sampled(root, 3, 1, "core")} == {"sim/core/toy.py"}


def test_as_many_are_drawn_of_every_room(
    mutants: ModuleType, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "sim/other.py").write_text(TOY.replace("3", "7"))
    mutants.main(["--each", "2", "--list"], root)
    told = [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()]
    assert told == ["sim/core/toy.py"] * 2 + ["sim/other.py"] * 2


def test_rooms_are_told_apart(mutants: ModuleType) -> None:
    assert [mutants.room_of(f"sim/{f}") for f in ("core/a.py", "show/b/c.py", "d.py")] == [
        *("core", "show", "top")
    ]
    assert "sim/forums/access.py" in mutants.files(mutants.ROOT, "forums")
    assert {mutants.room_of(file) for file in mutants.files(mutants.ROOT, "forums")} == {"forums"}
