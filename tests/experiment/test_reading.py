"""Experiment files: what they may say, and what is wrong with one that is not right."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sim import shipped
from sim.errors import InputError
from sim.experiment import read
from sim.experiment.model import Factor, Plot
from tests.experiment.conftest import Reads, Refused, Write

VARY = "vary:\n  parameters.noise: [0.5, 1]\n"


def test_everything_a_file_may_say(reads: Reads) -> None:
    made = reads(
        "question: Does it?\nabout: A test.\nset: {parameters.influence: 0, USA: absent}\n"
        "vary:\n"
        "  blocs.EU.cohesion: {from: 0, to: 100, steps: 3}\n"
        "  drafts.73/27.sponsors: [unchanged, [RUS, Brazil], null]\n"
        "  forums.room.rules: [un_general_assembly, two_thirds]\n"
        "design: grid\nbase: false\nruns: 40\nuntil: {73/27.plenary.adopted: 0.01}\n"
        "at_most: 400\nseed: 3\noutcomes: [73/27.retained, 73/27.retained if adopted]\n"
        "plots:\n  - convergence\n  - {kind: line, outcome: 73/27.retained, x: blocs.EU.cohesion}\n"
    )
    assert (made.name, made.title, made.question) == ("mine", "A small experiment", "Does it?")
    assert made.fixed == ("parameters.influence=0", "USA=absent")
    assert made.factors == (
        Factor("blocs.EU.cohesion", ("0", "50", "100"), low=0, high=100),
        Factor("drafts.73/27.sponsors", ("unchanged", "[RUS, Brazil]", "null")),
        Factor("forums.room.rules", ("un_general_assembly", "two_thirds")),
    )
    assert (made.design, made.size, made.base, made.runs, made.at_most) == (
        "grid", 0, False, 40, 400,
    )  # fmt: skip
    assert (made.until, made.seed) == ({"73/27.plenary.adopted": 0.01}, 3)
    assert made.outcomes == ("73/27.retained", "73/27.retained if adopted")
    assert made.plots == (
        Plot("convergence"),
        Plot("line", outcome="73/27.retained", x="blocs.EU.cohesion"),
    )


def test_what_is_left_out(reads: Reads) -> None:
    made = reads("vary: {USA: absent}\n")
    assert made.factors == (Factor("USA", ("absent",)),)
    assert (made.design, made.base, made.runs, made.seed, made.outcomes, made.plots) == (
        "grid", True, 200, None, (), (),
    )  # fmt: skip


def test_settings_may_be_listed_as_on_the_command_line(reads: Reads) -> None:
    made = reads("set: [USA=absent, 'drafts.73/27.OP3=55']\n" + VARY)
    assert made.fixed == ("USA=absent", "drafts.73/27.OP3=55")


@pytest.mark.parametrize(
    ("said", "factor"),
    [
        ("{from: 0, to: 4}", Factor("x", (), "uniform", 0, 4)),
        ("{low: 0, high: 4}", Factor("x", (), "uniform", 0, 4)),
        ("{from: 1, to: 4, scale: log}", Factor("x", (), "log_uniform", 1, 4)),
        (
            "{distribution: triangular, low: 0, mode: 1, high: 3}",
            Factor("x", (), "triangular", 0, 3, 1),
        ),
        (
            "{distribution: normal, mean: 1, sd: 0.5, from: 0, to: 3}",
            Factor("x", (), "normal", 0, 3, 1, 0.5),
        ),
        ("{from: 1, to: 3, steps: 3}", Factor("x", ("1", "2", "3"), low=1, high=3)),
        ("[3, 1]", Factor("x", ("3", "1"), low=1, high=3)),
        ("[unchanged, 3]", Factor("x", ("unchanged", "3"), low=3, high=3)),
        ("{levels: [a, b]}", Factor("x", ("a", "b"))),
    ],
)
def test_ranges_distributions_and_levels(reads: Reads, said: str, factor: Factor) -> None:
    made = reads(f"design: latin_hypercube\npoints: 8\nvary:\n  x: {said}\n")
    assert made.factors == (factor,)
    assert factor.numeric == (factor.low is not None)


def test_one_at_a_time_takes_the_ends_of_a_range(reads: Reads) -> None:
    made = reads("design: one_at_a_time\nvary:\n  blocs.EU.cohesion: {from: 0, to: 100}\n")
    assert made.factors[0].levels == ("0", "100")


@pytest.mark.parametrize("star", ['"*"', "all states"])
def test_a_star_is_a_factor_for_each_state_that_has_a_seat(reads: Reads, star: str) -> None:
    made = reads(f"design: one_at_a_time\nvary:\n  {star}: [withdraws]\n  ACME: steps back\n")
    paths = [factor.path for factor in made.factors]
    assert paths == ["USA", "RUS", "FRA", "DEU", "BRA", "IND", "ACME"]
    assert made.factors[0].levels == ("withdraws",)


@pytest.mark.parametrize("star", ["*", "*.position.SOV"])
def test_a_star_without_quotes_is_answered_with_how_to_write_it(
    refused: Refused, star: str
) -> None:
    [found] = refused(f"design: one_at_a_time\nvary:\n  {star}: [20]\n")
    assert found.line == 5
    assert found.allowed == '"*" in quotes, or all states'


def test_what_follows_a_star_is_taken_for_each(reads: Reads) -> None:
    made = reads('design: one_at_a_time\nvary:\n  "*.position.SOV": {from: 0, to: 9, steps: 2}\n')
    assert made.factors[1] == Factor("RUS.position.SOV", ("0", "9"), low=0, high=9)


def test_a_table_of_points(reads: Reads) -> None:
    rows = '# mine\nblocs.EU.cohesion,drafts.73/27.sponsors\n0,\n100,"[RUS, BRA]"\n\n'
    made = reads("design: points.csv\n", points__csv=rows)
    assert made.design == "table"
    assert made.factors == (
        Factor("blocs.EU.cohesion", ("0", "100"), low=0, high=100),
        Factor("drafts.73/27.sponsors", ("unchanged", "[RUS, BRA]")),
    )
    assert made.table == (
        {"blocs.EU.cohesion": "0", "drafts.73/27.sponsors": "unchanged"},
        {"blocs.EU.cohesion": "100", "drafts.73/27.sponsors": "[RUS, BRA]"},
    )


@pytest.mark.parametrize(
    ("rows", "line", "problem"),
    [
        ("", None, "the table is empty"),
        ("USA\n", 1, "has no row"),
        ("USA,USA\nabsent,absent\n", 1, "has this column twice"),
        ("USA,\nabsent,1\n", 1, "no path at its head"),
        ("USA,RUS\nabsent\n", 2, "1 cells, and the header 2"),
        ("drafts.73/27.sponsors\n[RUS, BRA]\n", 2, "goes in double quotes"),
        ("USA\nabsent\n\nabsent\n", 4, "says the same as line 2"),
        ("seed\n1\n2\n", 1, "cannot be varied"),
        ('USA\n"absent\n', 2, "is not CSV"),
    ],
)
def test_a_wrong_table_is_refused_with_its_line(
    refused: Refused, rows: str, line: int | None, problem: str
) -> None:
    found = refused("design: points.csv\n", points__csv=rows)
    assert [m.line for m in found if problem in m.problem] == [line]
    assert found[0].file.endswith("points.csv")


@pytest.mark.parametrize(
    ("said", "field", "problem", "suggestion"),
    [
        ("", "vary", "is missing", ""),
        ("vary:\n", "vary", "has no value", ""),
        ("vary: {}\n", "vary", "is missing", ""),
        ("vary: [USA]\n", "vary", "is not a map", ""),
        ("vary: {USA: }\n", "vary.USA", "has no value", ""),
        ("vary: {USA: []}\n", "vary.USA", "has no level", ""),
        ("vary: {x: [1, 1]}\n", "vary.x.2", "written twice", ""),
        ("vary: {x: {from: 0}}\n", "vary.x", "needs both ends", ""),
        ("vary: {x: {from: 0, to: 1}}\n", "vary.x", "needs `steps`", ""),
        ("vary: {x: {from: 1, to: 0}}\n", "vary.x", "not below its upper", ""),
        ("vary: {x: {from: 1, to: 1, steps: 2}}\n", "vary.x", "begins and ends at 1", ""),
        ("vary: {x: {from: 0, to: 1, steps: 1}}\n", "vary.x.steps", "out of range", ""),
        ("vary: {x: {from: 0, to: 1, step: 3}}\n", "vary.x.step", "not a field", "steps"),
        ("vary: {x: {from: 0, to: 1, steps: 3, scale: log}}\n", "vary.x", "more than 0", ""),
        ("vary: {x: {from: 0, low: 0, to: 1, steps: 2}}\n", "vary.x", "say the same", ""),
        ("vary: {x: {levels: [1], from: 0, to: 1}}\n", "vary.x", "has levels, so", ""),
        (
            "vary: {x: {distribution: uniform, low: 0, high: 1, steps: 3}}\n",
            "vary.x", "neither steps nor scale", "",
        ),
        ("vary: {x: {distribution: uniform, low: 0, high: 1}}\n", "vary.x", "needs `steps`", ""),
        ("vary: {x: {distribution: unifrm}}\n", "vary.x.distribution", "not one", "uniform"),
        (
            "vary: {x: {distribution: triangular, low: 0, mode: 5, high: 1}}\n",
            "vary.x", "outside 0 to 1", "",
        ),
        (
            "vary: {x: {distribution: normal, low: 0, high: 1, mean: 0.5}}\n",
            "vary.x", "a mean and an sd", "",
        ),
        ("vary: {x: {from: 0, to: nan, steps: 2}}\n", "vary.x.to", "finite", ""),
        ("vary: {seed: [1, 2]}\n", "vary.seed", "is the same at every point", ""),
        ("vary: {title: [a, b]}\n", "vary.title", "changes no run", ""),
        ("vary: {extends: [a, b]}\n", "vary.extends", "read before", ""),
        ("runs: 0\n" + VARY, "runs", "out of range", ""),
        ("runs: a lot\n" + VARY, "runs", "not a whole number", ""),
        ("desing: grid\n" + VARY, "desing", "not a field", "design"),
        ("design: girds\n" + VARY, "design", "is neither a design", "grid"),
        ("design: table\n" + VARY, "design", "name of a CSV file", ""),
        ("design: points.csv\n", "design", "no such file", ""),
        ("design: ../points.csv\n", "design", "leads outside", ""),
        ("design: sobol\n" + VARY, "points", "is missing", ""),
        ("design: morris\nvary: {x: {from: 0, to: 1}}\n", "trajectories", "is missing", ""),
        ("points: 8\n" + VARY, "points", "is not for design grid", ""),
        (
            "design: morris\npoints: 8\ntrajectories: 4\nvary: {x: {from: 0, to: 1}}\n",
            "points", "which has `trajectories`", "",
        ),
        ("design: morris\ntrajectories: 4\nvary: {USA: [absent]}\n", "vary.USA.1", "not a", ""),
        (
            "design: sobol_indices\npoints: 4\nvary: {x: [unchanged, 1]}\n",
            "vary.x.1", "is not a number", "",
        ),
        ("design: list\nvary: {x: [1, 2], y: [1, 2, 3]}\n", "vary", "x has 2, y has 3", ""),
        ('vary: {"*": [absent]}\n', "vary.*", "a factor for each state", ""),
        (
            'design: one_at_a_time\nvary: {"*": [absent], USA: [withdraws]}\n',
            "vary.*", "USA is varied by itself", "",
        ),
        (
            'design: one_at_a_time\nvary: {"*": [absent], all states: [withdraws]}\n',
            "vary.all states", "the same as *", "",
        ),
        ("at_most: 50\n" + VARY, "at_most", "only for `until`", ""),
        ("runs: 100\nuntil: {x: 1}\nat_most: 50\n" + VARY, "at_most", "fewer than `runs`", ""),
        ("until: {x: 0}\n" + VARY, "until.x", "out of range", ""),
        ("plots: [lines]\n" + VARY, "plots.1.kind", "not one of the words", "line"),
        ("plots: [{kind: line, z: 1}]\n" + VARY, "plots.1.z", "not a field", ""),
        ("set: [USA: absent]\n" + VARY, "set.1", "is not a text", ""),
        ("base: perhaps\n" + VARY, "base", "neither true nor false", ""),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place(
    refused: Refused, said: str, field: str, problem: str, suggestion: str
) -> None:
    [found] = refused(said)
    assert (found.field, found.suggestion) == (field, suggestion)
    assert problem in found.problem
    assert found.file.endswith(("mine.yaml", "points.csv"))
    assert found.line is not None


@pytest.mark.parametrize(
    ("points", "allowed"), [(100, "64 or 128"), (129, "128 or 256"), (1, "2 or 4"), (3, "2 or 4")]
)
@pytest.mark.parametrize("design", ["sobol", "sobol_indices"])
def test_a_sobol_sequence_has_a_power_of_two_and_the_nearest_are_named(
    refused: Refused, design: str, points: int, allowed: str
) -> None:
    [found] = refused(f"design: {design}\npoints: {points}\nvary: {{x: {{from: 0, to: 1}}}}\n")
    assert (found.field, found.value, found.allowed) == ("points", str(points), allowed)


@pytest.mark.parametrize(
    ("said", "points"),
    [
        (
            f"vary: {{{', '.join(f'x{n}: {{from: 0, to: 9, steps: 10}}' for n in range(6))}}}\n",
            10**6,
        ),
        ("design: latin_hypercube\npoints: 200000\nvary: {x: {from: 0, to: 1}}\n", 200_000),
        ("design: sobol_indices\npoints: 65536\nvary: {x: {from: 0, to: 1}}\n", 65_536 * 3),
    ],
)
def test_too_many_points_are_refused_before_they_are_laid_out(
    refused: Refused, said: str, points: int
) -> None:
    [found] = refused(said)
    assert found.problem.startswith(f"has {points:,} points")


def test_all_mistakes_come_at_once_in_order(refused: Refused) -> None:
    said = "vary:\n  a: {from: 0}\n  b: []\nruns: many\ndesign: gird\nplots: [lines]\nbase: maybe\n"
    found = refused(said, head="titel: x\nscenario: smal\n")
    fields = ["title", "titel", "scenario", "vary.a", "vary.b", "runs", "design", "plots.1.kind"]
    assert [m.field for m in found] == [*fields, "base"]
    assert [m.line for m in found] == [1, 1, 2, 4, 5, 6, 7, 8, 9]


def test_the_scenario_is_a_shipped_name_or_a_file_beside(reads: Reads, refused: Refused) -> None:
    assert reads(VARY, head="title: x\nscenario: gge-2017\n").scenario == "gge-2017"
    wrong = {
        "": "is missing",
        "scenario: gge2017\n": "no shipped scenario",
        "scenario: other.yaml\n": "no such file",
        "scenario: ../other.yaml\n": "leads outside",
        "scenario: small\n": "no shipped scenario",
    }
    found = {said: refused(VARY, head="title: x\n" + said) for said in wrong}
    assert all(len(m) == 1 and wrong[said] in m[0].problem for said, m in found.items())
    assert found["scenario: gge2017\n"][0].suggestion == "gge-2017"
    assert found["scenario: small\n"][0].suggestion == "small.yaml"


def test_a_table_and_factors_together_are_refused(refused: Refused) -> None:
    [found] = refused("design: points.csv\n" + VARY, points__csv="USA\nabsent\n")
    assert found.field == "vary"
    assert "so does the table" in found.problem


def test_a_scenario_is_no_experiment(write: Write, tmp_path: Path) -> None:
    write(VARY)
    for source in (tmp_path / "small.yaml", "gge-2017"):
        with pytest.raises(InputError, match="is a scenario, not an experiment"):
            read(source)


def test_shipped_experiments_go_by_name(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(VARY)
    ours = shipped.folder
    monkeypatch.setattr(
        shipped,
        "folder",
        lambda kind="scenarios": tmp_path if kind == "experiments" else ours(kind),
    )
    assert shipped.experiments()["mine"] == "A small experiment"
    assert read("mine").title == "A small experiment"
    with pytest.raises(InputError, match="no shipped experiment") as caught:
        read("mein")
    assert caught.value.mistakes[0].suggestion == "mine"


def test_reading_loads_neither_scipy_nor_salib(write: Write) -> None:
    file = write(VARY)
    code = (
        "import sys\nfrom sim.experiment import read, lay_out, checked\n"
        f"made = read({str(file)!r})\nchecked(made, lay_out(made))\n"
        "print([m for m in ('scipy', 'SALib', 'matplotlib', 'pyarrow') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_range_may_go_down_its_steps(reads: Reads) -> None:
    (factor,) = reads("vary: {parameters.noise: {from: 1, to: 0, steps: 3}}\n").factors
    assert factor.levels == ("1", "0.5", "0")
    assert (factor.low, factor.high) == (0.0, 1.0)


def test_a_list_may_repeat_a_level_but_a_grid_may_not(reads: Reads, refused: Refused) -> None:
    rows = "vary: {parameters.noise: [0, 0, 1], parameters.influence: [0, 1, 1]}\n"
    assert len(reads(rows + "design: list\n").factors[0].levels) == 3
    assert "written twice" in str(refused(rows))
