"""What each lever moves: the script on small scenarios, and the page it writes."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

import sim
from sim import shipped
from sim.build import setting
from sim.core.registry import OURS, mechanisms
from tests import small

RUNS = 12


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(shipped.folder("experiments"))
    import lever_tables

    return lever_tables


MOVES = (
    *(("vote", "readiness", "-1"), ("vote", "stakes", "40"), ("vote", "noise", "0")),
    *(("vote", "blocs", "off"), ("vote", "sponsorship", "off")),
    *(("vote", "drafting", "sponsors"), ("vote", "weight_share", "65% of capability")),
    *(("consensus", "blocking_cost", "0.5"), ("consensus", "drafting", "chair")),
    *(("consensus", "restraint", "full"), ("consensus", "majority", "simple")),
)
MOVES_NOTHING = (
    *(("vote", "influence", "0"), ("vote", "confidence", "1"), ("vote", "reservation", "0.3")),
    *(("vote", "sessions", "5 more"), ("vote", "rival drafts", "each taken away in turn")),
    *(("consensus", "readiness", "-1"), ("consensus", "access", "open")),
)
DOES_NOT_APPLY = (
    *(("vote", "sponsors", "off"), ("vote", "restraint", "full"), ("vote", "majority", "simple")),
    *(("vote", "red_lines", "off"), ("vote", "voting", "cannot be switched off")),
    *(("consensus", "rounds", "0"), ("consensus", "vetoes", "five members")),
    *(("consensus", "companies", "do not speak"), ("consensus", "blocs", "off")),
    *(("vote", "sessions", "as few as can be"), ("vote", "organisations", "do not speak")),
)


@pytest.mark.parametrize(("name", "text"), [("vote", small.VOTE), ("consensus", small.CONSENSUS)])
def test_levers_move_what_they_must(
    tables: ModuleType, tmp_path: Path, name: str, text: str
) -> None:
    asked = {case[1:] for case in (*MOVES, *MOVES_NOTHING, *DOES_NOT_APPLY) if case[0] == name}
    every = [lever for lever in tables.levers() if (lever.name, lever.end) in asked]
    assert len(every) == len(asked)
    found = dict(tables.pulled(sim.load(small.write(tmp_path, text)), every, RUNS))
    told = {(name, lever.name, lever.end): str(moved) for lever, moved in found.items()}
    assert [c for c, said in told.items() if said == "None" and c not in DOES_NOT_APPLY] == []
    assert [c for c, said in told.items() if said == "0" and c not in MOVES_NOTHING] == []
    assert [c for c, said in told.items() if "/" in said and c not in MOVES] == []


def test_a_parameter_moves_what_only_it_decides(tables: ModuleType, tmp_path: Path) -> None:
    """Nearly everyone is for every text, or hardly anybody is."""
    file = small.write(tmp_path)
    sure = ["parameters.noise=0", "parameters.stakes=2", "parameters.surprise=1.2"]
    sure += ["parameters.absence=-1.5", "parameters.absence_surprise=0"]
    base, for_, against = (
        sim.run(file, RUNS, settings=[*sure, *more])
        for more in ((), ("parameters.readiness=4",), ("parameters.readiness=-1",))
    )
    whole = setting(sim.load(file))
    assert tables.compare(whole, base, base).nothing
    both = tables.compare(whole, for_, against)
    assert both.decisions > 0.5
    assert tables.compare(whole, against, for_) == both


def test_shares_are_told_so_that_nothing_is_told_apart_from_little(tables: ModuleType) -> None:
    shares = (0.0, 1e-9, 0.0009, 0.001, 0.0949, 0.0996, 0.5, 1.0)
    assert [tables.told(s) for s in shares] == [
        "0",
        "<0.1",
        "<0.1",
        "0.1",
        "9.5",
        "10",
        "50",
        "100",
    ]
    assert str(tables.Moved(0.0, 0.0, 0.0)) == "0"
    assert str(tables.Moved(0.0, 0.25, 0.0)) == "0 / 25"


def test_a_dead_lever_is_found_and_one_that_nobody_explains_is_asked_about(
    tables: ModuleType,
) -> None:
    nothing, little, much = (tables.Moved(s, s, s) for s in (0.0, 0.001, 0.5))
    pulled = {
        ("missed", "0"): [nothing, None],
        ("new", "0"): [nothing, nothing],
        ("new", "1"): [None, None],
        ("unused", "off"): [None, None],
        ("voting", tables.NO_SWITCH): [None, None],
        ("company", "1"): [nothing, little],
        ("one-sided", "0"): [nothing, nothing],
        ("one-sided", "1"): [much, None],
    }
    found = {
        tables.Lever(tables.RULES, name, end, lambda scenario: iter(())): moved
        for (name, end), moved in pulled.items()
    }
    assert tables.dead(found) == ["missed", "new", "unused"]
    assert tables.faint(found) == ["company"]
    assert tables.unused(found) == ["unused"]
    rows = tables.explained(tables.dead(found), tables.unused(found))[2:]
    assert [row.split(" | ")[0] for row in rows] == ["| `missed`", "| `unused`", "| `new`"]
    assert ["Not explained" in row for row in rows] == [False, False, True]
    table = tables.table(found, ["a", "b"], tables.RULES, "rule")
    assert table[2:5] == [
        "| `missed` | 0 | 0 | - |",
        "| `new` | 0 | 0 | 0 |",
        "|  | 1 | - | - |",
    ]


def test_what_moves_nothing_there_is_pulled_where_it_lives(tables: ModuleType) -> None:
    names = {lever.name for lever in tables.levers()}
    homes = [name for together in tables.HOMES for name in together]
    assert set(homes) | set(tables.ASIDE) <= names
    assert len(homes) == len(set(homes))
    assert not set(homes) & {name for together, *_ in tables.KNOWN for name in together}
    for scenario, added in tables.HOMES.values():
        assert sim.load(scenario, added)
    lever = next(lever for lever in tables.levers() if lever.name == "missed")
    nothing, much = (tables.Moved(s, s, s) for s in (0.0, 0.5))
    found = [(lever, "vote", ("a=1",), nothing), (lever, "vote", (), much)]
    assert tables.living(found) == {"missed"}
    assert not tables.living(found[:1])
    assert tables.homes(found)[2:] == [
        f"| `missed` | {lever.end} | vote | `a=1` | 0 |",
        f"| `missed` | {lever.end} | vote |  | 50 / 50 |",
    ]


def page() -> str:
    file = shipped.folder("experiments").parent / "docs" / "reference" / "levers.md"
    if not file.is_file():
        pytest.skip("the documents are not installed with the package")
    return file.read_text(encoding="utf-8")


def test_the_page_lists_every_lever(tables: ModuleType) -> None:
    text = page()
    ours = [m for m in mechanisms() if m.package == OURS]
    names = {p.name for m in ours for p in m.parameters} | {m.name for m in ours}
    assert names <= {lever.name for lever in tables.levers()}
    missing = [lever.name for lever in tables.levers() if f"| `{lever.name}` | " not in text]
    assert missing == [], "run: python experiments/lever_tables.py docs/reference/levers.md"


def test_the_page_explains_every_lever_that_moves_nothing(tables: ModuleType) -> None:
    assert "Not explained" not in page()
    known = [name for names, *_ in tables.KNOWN for name in names]
    assert sorted(set(known)) == sorted(known)
    assert set(known) <= {lever.name for lever in tables.levers()}
