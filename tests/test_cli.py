"""The command line as a user meets it: what it prints, what it writes, and how it fails."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from small import CONSENSUS, VOTE, write

from sim.cli import main
from tests.heeding import heeding
from tests.yardstick import cost, of_children

ROOT = Path(__file__).parents[1]
SHIPPED = "rival-resolutions-2018"
TIMES = 5  # the start of its libraries
DRAWN = 450  # pieces of plain work
Run = Callable[..., subprocess.CompletedProcess[str]]


def environment(**more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "PYTHONUTF8")}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"} | more


@pytest.fixture
def plenary(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run a command in this process, in a folder of its own: a start takes a second."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)

    def running(*args: str, status: int = 0) -> subprocess.CompletedProcess[str]:
        monkeypatch.setattr(sys, "argv", ["plenary", *args])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capsys.readouterr()
        assert left.value.code == status, out + err
        assert "Traceback" not in err
        return subprocess.CompletedProcess(args, status, out, err)

    return running


@pytest.fixture
def started(tmp_path: Path) -> Run:
    """Start the real command in a folder of its own."""

    def running(*args: str, status: int = 0, **more: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "sim", *args],
            cwd=tmp_path,
            env=environment(**more),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=120,
        )
        assert done.returncode == status, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done

    return running


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return write(tmp_path)


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def left(folder: Path) -> list[str]:
    """Every file below a folder, hidden ones too."""
    return sorted(f.relative_to(folder).as_posix() for f in folder.rglob("*") if f.is_file())


# What it offers


def test_help_begins_with_examples(plenary: Run) -> None:
    for command in ("run", "show", "check", "new", "calibrate", "schema", "list", "glossary"):
        told = plenary(command, "--help").stdout.splitlines()
        assert f"plenary {command}" in told[2], command


def test_list_names_every_scenario(plenary: Run) -> None:
    told = plenary("list").stdout
    assert all(f.stem in told for f in (ROOT / "scenarios").glob("*.yaml"))
    listed = json.loads(plenary("list", "--json").stdout)
    assert {"name", "title"} == set(listed[0])
    shipped = {f.stem for f in (ROOT / "scenarios").glob("*.yaml")}
    assert {said["name"] for said in listed} == shipped


def test_list_names_every_experiment_and_each_can_be_swept(plenary: Run) -> None:
    names = {f.stem for f in (ROOT / "experiments").glob("*.yaml")}
    told = plenary("list").stdout.partition("Experiments")[2]
    assert {line.split()[0] for line in told.splitlines()[1:]} == names
    alone = plenary("list", "--experiments").stdout
    assert {line.split()[0] for line in alone.splitlines()} == names
    listed = json.loads(plenary("list", "--experiments", "--json").stdout)
    assert {said["name"] for said in listed} == names
    assert "4 points" in plenary("sweep", "two-thirds-2018", "--dry-run").stdout


def test_a_mistyped_command_or_option_is_answered_with_the_right_one(plenary: Run) -> None:
    assert "run" in plenary("rnu", status=2).stderr
    assert "--runs" in plenary("run", SHIPPED, "--rnus", "3", status=2).stderr
    assert SHIPPED in plenary("run", "rival-resolution-2018", status=2).stderr


SWEPT = """title: Cuba away
scenario: experts.yaml
vary:
  CUB: [absent]
runs: 8
outcomes: [report.decision.adopted]
"""


def test_a_sweep_of_a_scenario_with_sources_is_made_again_and_what_differs_is_no_failure_of_ours(
    plenary: Run, tmp_path: Path
) -> None:
    write(tmp_path, f"{CONSENSUS}sources: [a speech of 2017]\n", "experts.yaml")
    (tmp_path / "away.yaml").write_text(SWEPT, encoding="utf-8")
    plenary("sweep", "away.yaml", "--no-figures", "--quiet")
    folder = tmp_path / "results" / "away"
    assert "@misc{source1" in (folder / "references.bib").read_text(encoding="utf-8")
    assert plenary("rerun", "results/away", "--verify").stdout.startswith("The same")
    points = (folder / "points.csv").read_text(encoding="utf-8")
    other = points.replace("decision.adopted", "mine", 1)
    (folder / "points.csv").write_text(other, encoding="utf-8")
    done = plenary("rerun", "results/away", "--verify", status=1)
    assert "points.csv:2" in done.stdout
    assert done.stderr == ""


def test_schema_is_json_schema(plenary: Run) -> None:
    schema = json.loads(plenary("schema").stdout)
    assert "json-schema.org" in schema["$schema"]
    assert "actors" in schema["properties"]
    experiment = json.loads(plenary("schema", "--experiment").stdout)
    assert "json-schema.org" in experiment["$schema"]
    assert {"vary", "design", "until"} <= experiment["properties"].keys()


@pytest.mark.parametrize("args", [["--help"], ["list"], ["check", SHIPPED]], ids=" ".join)
def test_it_starts_quickly(started: Run, args: list[str]) -> None:
    """Beside the start of the libraries that it needs, since the discs of machines differ too."""
    libraries = [sys.executable, "-c", "import numpy, pydantic, typer, yaml"]
    least = cost(lambda: subprocess.run(libraries, check=True), clock=of_children)
    assert cost(lambda: started(*args), clock=of_children) < TIMES * least


# check, new, show


def test_check_says_ok_with_counts(plenary: Run, small: Path) -> None:
    told = plenary("check", small.name).stdout
    assert told.startswith("ok: small: 7 actors (6 states), 2 issues, 1 forum, 2 drafts, 3 clauses")
    assert json.loads(plenary("check", small.name, "--json").stdout)["ok"] is True


def test_new_writes_what_check_accepts(plenary: Run, tmp_path: Path) -> None:
    plenary("new", "mine")
    plenary("check", "mine.yaml")
    refused = plenary("new", "mine", status=2).stderr
    assert "mine.yaml" in refused
    plenary("new", "theirs", "--from", SHIPPED)
    assert plenary("check", "theirs.yaml").stdout.startswith("ok")


def test_show_a_scenario_a_delegation_a_draft_and_a_clause(plenary: Run, small: Path) -> None:
    file = small.name
    whole = plenary("show", file).stdout
    assert "governed" in whole
    assert "more than half of those present and voting" in whole
    russia = plenary("show", file, "Russia").stdout
    assert "97" in russia
    assert "a speech of 2017" in russia
    assert "L.60" not in russia
    clause = plenary("show", file, "73/27.OP3").stdout
    assert "sovereignty applies" in clause
    said = json.loads(plenary("show", file, "OP3", "--json").stdout)
    assert '"status_quo": 40.0' in json.dumps(said)
    assert "Brazil" in clause
    assert "status quo 40" in clause
    assert plenary("show", file, "OP3").stdout == clause
    assert len(json.loads(plenary("show", file, "73/27", "--json").stdout)["clauses"]) == 2
    assert "BRA" in plenary("show", file, "Brazl", status=2).stderr


# run


def test_run_writes_its_folder_and_prints_a_page(plenary: Run, small: Path, tmp_path: Path) -> None:
    told = plenary("run", small.name, "--runs", "12", "--no-figures").stdout.splitlines()
    assert len(told) <= 24
    assert max(map(len, told)) <= 80
    folder = tmp_path / "results" / "small"
    tables = {"clauses.csv", "codebook.csv", "runs.csv", "runs.parquet", "votes.csv"}
    told_of_it = {"manifest.json", "methods.md", "references.bib", "summary.json"}
    told_of_it |= {"study.json", "played.npz", "tidy.parquet", "points.csv"}
    assert set(left(folder)) == tables | told_of_it
    assert len(rows(folder / "runs.csv")) == 12
    votes = rows(folder / "votes.csv")
    assert list(votes[0])[:7] == [
        *("draft", "actor", "p_in_favour", "p_against", "p_abstain", "p_absent", "recorded")
    ]
    said = {v["actor"]: v["recorded"] for v in votes if v["recorded"]}
    assert said["BRA"] == "abstaining"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["runs"] == 12
    assert manifest["seed"] == 7
    assert set(manifest["files"]) == set(left(folder)) - {"manifest.json"}


def test_figures_are_drawn_and_are_the_same_each_time(
    plenary: Run, started: Run, small: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "results" / "small"
    started("run", small.name, "--runs", "4", "--quiet")
    before = {file.name: file.read_bytes() for file in (folder / "figures").iterdir()}
    assert {"board-73-27.png", "board-L.60.png", "positions.png"} <= before.keys()
    listed = json.loads((folder / "manifest.json").read_text("utf-8"))["files"]
    assert {f"figures/{name}" for name in before} <= listed.keys()
    plenary("run", small.name, "--runs", "4", "--quiet")
    assert {file.name: file.read_bytes() for file in (folder / "figures").iterdir()} == before
    plenary("run", small.name, "--runs", "4", "--quiet", "--no-figures")
    assert not (folder / "figures").exists()  # they were of another run


def test_one_run_of_193_states_with_figures_is_quick(started: Run) -> None:
    assert cost(lambda: started("run", SHIPPED, "--runs", "1"), 1, of_children) < DRAWN


def test_two_plain_runs_are_identical(
    plenary: Run, started: Run, small: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "results" / "small"
    plenary("run", small.name, "--runs", "8", "--no-figures")
    before = {name: (folder / name).read_bytes() for name in left(folder)}
    started("run", small.name, "--runs", "8", "--no-figures")
    assert {name: (folder / name).read_bytes() for name in left(folder)} == before


def test_the_commands_it_suggests_work(plenary: Run, small: Path) -> None:
    file = small.name
    for extra in ([], ["--set", "forums.room.rules=two_thirds"]):
        told = plenary("run", file, "--runs", "8", "--no-figures", *extra).stdout
        tried = told.split("Try next:\n")[1].replace("\\\n", " ").splitlines()
        assert len(tried) == 2
        for command in tried:
            words = command.replace("'", "").split()
            assert words[0] == "plenary"
            extra_options = ["--runs", "4", "--no-figures"] if words[1] == "run" else []
            plenary(*words[1:], *extra_options)


def test_a_what_if_prints_base_changed_and_difference(
    plenary: Run, small: Path, tmp_path: Path
) -> None:
    told = plenary(
        "run", small.name, "--runs", "40", "--no-figures", "--set", "USA=absent"
    ).stdout.splitlines()
    assert len(told) <= 24
    assert max(map(len, told)) <= 80
    assert told[0].startswith("If the United States is absent, ")
    assert any("base" in line and "changed" in line and "diff" in line for line in told)
    assert any(line.split("  ")[0] == "United States of America" for line in told)
    (folder,) = (tmp_path / "results").iterdir()
    assert folder.name.startswith("small-what-if-")
    assert {"base_runs.csv", "paired.csv", "who_changed.csv"} <= set(left(folder))


def test_a_recount_says_so_and_by_how_much(plenary: Run, small: Path) -> None:
    rules = ("--set", "forums.room.rules=two_thirds")
    told = plenary("run", small.name, "--runs", "40", "--no-figures", *rules).stdout
    assert "A recount: the votes are held fixed" in told
    assert "--set forums.room.drafting=sponsors" in " ".join(told.split())
    assert "the recorded votes would carry" in " ".join(told.split())


def test_full_tells_scores_clauses_and_rooms(plenary: Run, small: Path, tmp_path: Path) -> None:
    told = plenary("run", small.name, "--runs", "20", "--no-figures", "--full").stdout
    assert max(map(len, told.splitlines())) <= 80
    for part in ("Brier", "majority class", "abstention", "Clause by clause", "surprised"):
        assert part in told
    room = write(tmp_path, CONSENSUS, "experts.yaml")
    told = plenary("run", str(room), "--runs", "20", "--no-figures", "--full").stdout
    for part in ("Who blocks report", "Cuba", "loses too much", "k0", "phi"):
        assert part in told


def test_hide_record_hides_it_everywhere(plenary: Run, small: Path, tmp_path: Path) -> None:
    hidden = ("run", small.name, "--runs", "8", "--no-figures", "--hide-record", "--full")
    told = plenary(*hidden).stdout
    assert "record" not in told
    assert "as happened" not in told
    assert "Brier" not in told
    folder = tmp_path / "results" / "small"
    assert not [v for v in rows(folder / "votes.csv") if v["recorded"]]
    assert "not_voting: 0" not in (folder / "manifest.json").read_text(encoding="utf-8")
    assert "record" not in json.loads((folder / "manifest.json").read_text("utf-8"))["resolved"]


def test_a_class_reads_the_scenario_without_its_end(plenary: Run) -> None:
    open_, closed = plenary("show", "gge-2017"), plenary("show", "gge-2017", "--hide-record")
    assert "There was no report" in " ".join(open_.stdout.split())
    assert "not adopted" in open_.stdout
    for told in ("broke", "There was no report", "not adopted", "refused", "no consensus"):
        assert told not in " ".join(closed.stdout.split())


def test_never_the_word_forecast(plenary: Run, small: Path) -> None:
    assert "forecast" not in plenary("run", small.name, "--no-figures", "--full").stdout.lower()


def test_json_and_quiet(plenary: Run, small: Path) -> None:
    plain = ("run", small.name, "--runs", "1", "--no-figures")
    said = json.loads(plenary(*plain, "--json").stdout)
    assert {b["draft"] for b in said["ballots"]} == {"73/27", "L.60"}
    assert said["ballots"][0]["counts"]["in_favour"]["ignorance"] is None
    assert plenary(*plain, "--quiet").stdout == ""


def test_output_in_an_encoding_without_accents(started: Run, small: Path) -> None:
    small.write_text(VOTE.replace("A small vote", "Séance à Genève \u2013 2ᵉ"), encoding="utf-8")
    done = started("show", small.name, PYTHONIOENCODING="ascii")
    assert "Seance a Geneve - 2" in done.stdout


# Wrong input: exit 2, said in sentences

TWICE = VOTE.replace("  DATA: {low", "  SOV: {low")
DEEP = "title: " + "[" * 5000
BAD: dict[str, tuple[str | bytes, list[str]]] = {
    "empty": ("", ["is empty"]),
    "tabs": ("title: x\nissues:\n\tSOV: {}\n", ["tab", ":3"]),
    "duplicate keys": (TWICE, ["written twice", "SOV", ":7"]),
    "unknown field": (VOTE.replace("sessions:", "sesions:"), ["sesions", "'sessions'", ":4"]),
    "position 140": (VOTE.replace("SOV: 97", "SOV: 140"), ["140", "100", "RUS"]),
    "position nan": (VOTE.replace("SOV: 97", "SOV: .nan"), [".nan", "RUS"]),
    "an actor twice": (VOTE.replace("    FRA: ", "    RUS: "), ["RUS", "twice"]),
    "a sponsor no member": (VOTE.replace("sponsors: [RUS]", "sponsors: [ACME]"), ["ACME"]),
    "no such issue": (VOTE.replace("OP3: {issue: SOV", "OP3: {issue: SOW"), ["SOW", "'SOV'"]),
    "no such group": (VOTE.replace("[FRA, DEU]", "group EUU"), ["EUU"]),
    "event too late": (VOTE + "events: [{session: 9, do: [USA withdraws]}]\n", ["9", "2"]),
    "UTF-16": (VOTE.encode("utf-16"), ["UTF-16"]),
    "aliases": (VOTE.replace("seed: 7", "seed: *a"), ["anchor"]),
    "tags": (VOTE.replace("seed: 7", "seed: !!int 7"), ["tags"]),
    "nested brackets": (DEEP, ["deep"]),
    "extends itself": (VOTE + "extends: bad.yaml\n", ["extend itself"]),
    "extends outside": (VOTE + "extends: ../other.yaml\n", ["outside"]),
    "table without a column": (
        VOTE.replace(
            "actors:\n", "  MINE: {low: a, high: b, status_quo: 1}\nactors:\n  from: table.csv\n"
        ),
        ["column", "MINE"],
    ),
    "no such table": (VOTE.replace("actors:\n", "actors:\n  from: none.csv\n"), ["none.csv"]),
}


@pytest.mark.parametrize("case", BAD)
def test_wrong_input_is_told_and_nothing_is_written(
    plenary: Run, tmp_path: Path, case: str
) -> None:
    text, said = BAD[case]
    write(tmp_path)
    (tmp_path / "table.csv").write_text("id,name,kind,DATA\nCHN,China,state,50\n", encoding="utf-8")
    file = tmp_path / "bad.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    before = left(tmp_path)
    done = plenary("run", "bad.yaml", status=2)
    assert not done.stdout
    assert [part for part in said if part not in done.stderr] == [], done.stderr
    assert "bad.yaml" in done.stderr or "table.csv" in done.stderr
    assert left(tmp_path) == before


def test_a_missing_file(started: Run, tmp_path: Path) -> None:
    assert "there is no such file" in started("run", "nowhere.yaml", status=2).stderr
    assert left(tmp_path) == []


def test_a_wrong_setting_names_the_right_path(plenary: Run, small: Path) -> None:
    done = plenary("run", small.name, "--set", "USA.positoin.DATA=3", status=2)
    assert "USA.position.DATA" in done.stderr
    done = plenary("run", small.name, "--set", "USA=leaves", status=2)
    assert "withdraws" in done.stderr


def test_a_table_with_nan(plenary: Run, tmp_path: Path) -> None:
    table = "id,name,kind,SOV,DATA\nCHN,China,state,nan,50\n"
    (tmp_path / "table.csv").write_text(table, encoding="utf-8")
    write(tmp_path, VOTE.replace("actors:\n", "actors:\n  from: table.csv\n"))
    assert "table.csv:2" in plenary("check", "small.yaml", status=2).stderr


def test_nobody_cares(plenary: Run, tmp_path: Path) -> None:
    """Salience zero for all is allowed where it is meant; nothing then moves anybody."""
    zero = VOTE.replace("salience: {SOV: 90}, ", "").replace(
        "}}", "}, salience: {SOV: 0, DATA: 0}}"
    )
    write(tmp_path, zero)
    assert "salience" in plenary("check", "small.yaml", status=2).stderr


# The run fails: exit 1, and what was there stays


def unwritable(folder: Path) -> bool:
    """Whether permissions are obeyed at all: they are not for the superuser."""
    folder.chmod(0o500)
    try:
        (folder / "probe").write_text("x")
    except PermissionError:
        return True
    (folder / "probe").unlink()
    return False


def test_a_file_in_the_way(plenary: Run, small: Path, tmp_path: Path) -> None:
    (tmp_path / "results").write_text("a file", encoding="utf-8")
    done = plenary("run", small.name, "--runs", "4", "--no-figures", status=1)
    assert "results" in done.stderr
    assert (tmp_path / "results").read_text(encoding="utf-8") == "a file"


def test_no_permission_to_write(plenary: Run, small: Path, tmp_path: Path) -> None:
    results = tmp_path / "results"
    results.mkdir()
    if not unwritable(results):
        pytest.skip("permissions bind nobody here")
    done = plenary("run", small.name, "--runs", "4", "--no-figures", status=1)
    results.chmod(0o700)
    assert "permission" in done.stderr
    assert left(results) == []


def test_a_full_disk_leaves_the_last_results_as_they_were(
    plenary: Run, small: Path, tmp_path: Path
) -> None:
    pytest.importorskip("resource")
    plenary("run", small.name, "--runs", "4", "--no-figures")
    folder = tmp_path / "results" / "small"
    before = {name: (folder / name).read_bytes() for name in left(folder)}
    code = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))\n"
        "from sim.cli import main\n"
        "sys.argv = ['plenary', 'run', 'small.yaml', '--runs', '400', '--no-figures']\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment(PYTHONDONTWRITEBYTECODE="1"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "cannot write the results" in done.stderr
    assert "Traceback" not in done.stderr
    assert {name: (folder / name).read_bytes() for name in left(folder)} == before


def test_interrupted(small: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "sim", "run", small.name, "--runs", "200000", "--workers", "2"],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=heeding,  # noqa: PLW1509
    )
    workers = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    deadline = time.monotonic() + 60
    while not workers.read_text() and time.monotonic() < deadline:  # it plays once it has workers
        time.sleep(0.05)
    time.sleep(1.0)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers too
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in said
    assert "interrupted" in said
    assert [f for f in left(tmp_path) if f not in ("small.yaml", "votes.csv")] == []


def test_a_closed_pipe_is_silent_and_loses_no_results(small: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "sim", "run", small.name, "--runs", "8", "--no-figures"],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    said = process.stderr.read()
    assert process.wait(timeout=60) == 0
    assert said == ""
    assert (tmp_path / "results" / "small" / "manifest.json").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
@pytest.mark.parametrize("args", [["list"], ["--help"]])
def test_a_full_device_is_a_failure_in_a_sentence(tmp_path: Path, args: list[str]) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "sim", *args],
            cwd=tmp_path,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("plenary: ")


def test_debug_shows_where(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sim", "--debug", "run", "nowhere.yaml"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" in done.stderr


def test_glossary_explains_the_words(plenary: Run) -> None:
    assert "hindcast" in plenary("glossary").stdout
    assert '"ignorance"' in plenary("glossary", "--json").stdout


def test_calibrate_writes_worlds(plenary: Run, tmp_path: Path) -> None:
    told = plenary("calibrate", "--until", "2005-01-01", "--worlds", "5", "--out", ".").stdout
    assert "as worlds" in told
    assert left(tmp_path)
