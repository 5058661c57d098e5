"""One run told year by year: literally, with shares; what is most typical, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scripted import SCRIPTED
from small import VOTE, write
from typer.testing import CliRunner

from sim.analysis import turning
from sim.cli import app
from sim.core.ensemble import ensemble
from sim.core.mechanism import Telling
from sim.errors import InputError
from sim.report.chronicle import chronicle, markdown, title
from sim.report.parts import Passage
from sim.report.verdict import verdict
from sim.study.run import Run, plan

RUNS = 8


def played(folder: Path, *settings: str, text: str = SCRIPTED, runs: int = RUNS) -> Run:
    return plan(str(write(folder, text)), settings).told(
        [ensemble(plan(str(write(folder, text)), settings).setting, runs)]
    )


def test_the_years_are_told_literally(tmp_path: Path) -> None:
    run = played(tmp_path)
    head, first, second, missing = chronicle(run)
    assert title(run) == "2019 to 2020, as it happened in run 1"
    assert head.said[0].startswith("This is run 1 of 8, the most typical: ")
    assert first == Passage(
        "2019",
        (
            "In the first half this came from outside: a forum of peace.",
            "Germany (100%) joined Paris Call; it then had 2 members.",
            'In the second half 74/28, "A text on borders, tabled by France", was adopted by 4'
            " votes to 1, with 1 abstention (100%), as in the record.",
            "The year in numbers: members of clubs 2 (2 counted in the world in 2019-H1).",
        ),
    )
    assert second == Passage(
        "2020",
        (
            "In the first half the United States (100%) and Brazil (100%) joined Paris Call; it"
            " then had 4 members.",
            'In the second half "Borders are closed" failed: too few in favour (1 vote to 5)'
            " (100%).",
            "The year in numbers: members of clubs 4 (3 counted in the world in 2020-H2).",
        ),
    )
    assert missing.said == ("What did not happen here, and did in other runs: election (38%).",)


def test_an_event_is_told_where_it_happened_with_its_share(tmp_path: Path) -> None:
    run = played(tmp_path)
    happened = run.outcomes.number("happened.election")
    other = int(np.flatnonzero(happened)[0])
    said = " ".join(s for passage in chronicle(run, other) for s in passage.said)
    assert "this came from outside: brazil votes (38%)" in said.lower()
    assert "What did not happen" not in said
    assert turning.happened(run.outcomes, other) == {"election": 3}


def test_the_log_is_the_same_however_runs_are_cut(tmp_path: Path) -> None:
    setting = plan(str(write(tmp_path, SCRIPTED))).setting
    one, many = ensemble(setting, RUNS).log, ensemble(setting, RUNS, chunk=3).log
    assert one.words == many.words
    assert np.array_equal(one.entries, many.entries)
    assert np.array_equal(one.size, many.size)


def test_the_typical_run_is_one_in_which_nothing_rare_happens(tmp_path: Path) -> None:
    run = played(tmp_path, runs=24)
    number = turning.typical(run.outcomes, run.setting)
    usual = run.outcomes.number("happened.election").mean() >= 0.5
    assert run.outcomes.number("happened.election")[number] == usual


def test_one_run_has_no_shares(tmp_path: Path) -> None:
    said = " ".join(s for p in chronicle(played(tmp_path, runs=1)) for s in p.said)
    assert "%" not in said
    assert "Germany joined Paris Call" in said


def test_without_a_calendar_there_is_none_and_nothing_is_logged(tmp_path: Path) -> None:
    run = played(tmp_path, text=VOTE)
    assert chronicle(run) == ()
    assert not list(verdict(run))
    assert len(run.outcomes.log.size) == 0


def test_a_run_that_was_not_played_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no such run was played.*0 to 7"):
        chronicle(played(tmp_path), RUNS)


def test_the_verdict_says_what_grew_and_how_surely(tmp_path: Path) -> None:
    (said,) = verdict(played(tmp_path))
    assert said.says == (
        "Members of clubs grew on average from 2 to 4; there was more at the end than at the"
        " beginning in all 8 runs."
    )
    assert said.sure.startswith("That is virtually certain (95% interval ")
    assert said.sure.endswith("; nine runs in ten end at 4.")


def test_the_verdict_of_two_indices_names_the_one_that_grew_more(tmp_path: Path) -> None:
    more = "issues.CAP={low: a, high: b, status_quo: 40, words: {25: a, 50: b, 75: c}}"
    run = played(tmp_path, more, "indices={solidarity: [CAP], sovereignty: [SOV]}")
    (said,) = verdict(run)
    assert said.says.startswith("Digital solidarity grew more than digital sovereignty: ")


def test_it_is_a_page_in_the_folder_and_in_the_report(tmp_path: Path) -> None:
    runner, out = CliRunner(), tmp_path / "out"
    source = str(write(tmp_path, SCRIPTED))
    said = ["run", source, "--runs", "8", "--no-figures", "-q", "--out", str(out)]
    assert runner.invoke(app, said).exit_code == 0
    page = (out / "chronicle.md").read_text()
    assert page.startswith("# 2019 to 2020, as it happened in run 1\n\nThis is run 1")
    assert "\n\n## 2019\n\nIn the first half this came from outside" in page
    assert runner.invoke(app, ["report", str(out), "-q"]).exit_code == 0
    report = (out / "report.html").read_text()
    assert "<h3>2019</h3>" in report
    assert "joined Paris Call; it then had 2 members." in report


def test_it_is_written_as_markdown() -> None:
    passages = [{"heading": "", "said": ["A."]}, {"heading": "2019", "said": ["B.", "C."]}]
    assert markdown("T", passages) == "# T\n\nA.\n\n## 2019\n\nB. C.\n"


def test_the_command_tells_it_and_says_what_it_cannot(tmp_path: Path) -> None:
    runner, source = CliRunner(), str(write(tmp_path, SCRIPTED))
    told = runner.invoke(app, ["story", source, "--runs", "8", "--run", "2"])
    assert told.exit_code == 0
    assert "2019 to 2020, as it happened in run 2" in told.output
    refused = runner.invoke(app, ["story", source, "--runs", "8", "--run", "8"])
    assert refused.exit_code == 2
    assert "0 to 7" in refused.output
    plain = runner.invoke(app, ["story", str(write(tmp_path, VOTE, "plain.yaml"))])
    assert plain.exit_code == 2
    assert "plenary watch" in plain.output


def test_what_falls_is_said_to_fall(tmp_path: Path) -> None:
    never = ", ".join(f"{actor} quits paris_call" for actor in ("USA", "RUS", "BRA", "IND"))
    first, then = (
        f"{{session: 2019-H1, do: [{never}]}}",
        "{session: 2020-H1, do: [DEU quits paris_call]}",
    )
    members = "clubs.paris_call.members=[FRA, DEU]"
    (said,) = verdict(played(tmp_path, members, f"events=[{first}, {then}]"))
    assert said.says == (
        "Members of clubs fell on average from 2 to 1; there was less at the end than at the"
        " beginning in all 8 runs."
    )


def test_what_a_telling_does_not_speak_of_makes_no_difference() -> None:
    entries = np.array([[0, 1, 0, 4, 2, -1, 5], [0, 1, 0, 4, 3, -1, 6]], dtype=np.int32)
    of_target = turning._alike(entries, Telling("left {target}"))
    assert of_target[:, turning.TARGET].tolist() == [2, 3]
    assert of_target[:, turning.REASON].tolist() == [-1, -1]
    assert entries[0, turning.REASON] == 5
