"""The timeline: rows with content only, nothing on anything else, a title with the finding."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.core.ensemble import ensemble
from sim.report import dossier
from sim.results import again
from sim.show.plots import Footer, Sheet, sheets
from sim.show.plots.timeline import timeline
from sim.study.run import plan
from tests.report.conftest import finish
from tests.report.scripted import SCRIPTED
from tests.show.paper import clashes, frames, written
from tests.small import VOTE, write

ABOUT = Footer("two-years", "2018-12-31", 8, 7, "1")
RUNS = 8


def drawn(source: str | Path, *settings: str, runs: int = RUNS) -> Sheet:
    asked = plan(str(source), settings)
    made = timeline(ensemble(asked.setting, runs), asked.setting, asked.scenario, ABOUT)
    assert made is not None
    return made


def rows(sheet: Sheet) -> list[str]:
    return [axes.get_ylabel().replace("\n", " ") for axes in frames(sheet)]


def test_it_has_a_row_for_what_there_is_and_none_for_what_is_not(tmp_path: Path) -> None:
    source = write(tmp_path, SCRIPTED)
    sheet = drawn(source)
    assert rows(sheet) == ["Texts", "Events", "Members of clubs"]
    assert sheet.title == "Members of clubs: from 2 to 4 (in the world 2 to 3)"
    said = written(sheet).splitlines()
    assert {"74/28 100%", "borders 0%", "A forum of peace", "2019-H1", "counted in the world"} <= {
        *said
    }
    assert "text that failed in it" in said
    peace = "events=[{session: 2019-H1, why: A forum of peace}]"
    assert rows(drawn(source, "clubs={}", peace, "observed={}")) == ["Texts", "Events"]
    asked = plan(str(source), ("clubs={}", "events=[]", "observed={}"))
    texts_alone = ensemble(asked.setting, RUNS)
    assert timeline(texts_alone, asked.setting, asked.scenario, ABOUT) is None


def test_it_leads_the_figures_and_only_of_a_scenario_with_a_calendar(tmp_path: Path) -> None:
    for text, leads in ((SCRIPTED, "timeline"), (VOTE, "board-73-27")):
        asked = plan(str(write(tmp_path, text)))
        found = sheets(ensemble(asked.setting, RUNS), asked.setting, asked.scenario, {})
        assert next(iter(found))[0] == leads


@pytest.mark.parametrize("runs", [1, 12])
@pytest.mark.parametrize("name", ["paris-call", "joint-attribution"])
def test_nothing_overlaps(name: str, runs: int) -> None:
    assert not clashes(drawn(name, runs=runs))


def test_moments_of_one_session_stand_on_lines_of_their_own(tmp_path: Path) -> None:
    many = ", ".join(
        f"{{session: 2019-H2, why: event {n} of a long list of events}}" for n in range(6)
    )
    sheet = drawn(write(tmp_path, SCRIPTED), f"events=[{many}]")
    assert rows(sheet)[1] == "Events"
    assert not clashes(sheet)


def test_it_is_drawn_again_from_the_folder_alone_and_leads_the_report(tmp_path: Path) -> None:
    out = finish(tmp_path, text=SCRIPTED, runs=RUNS, figures=True)
    before = (out / "figures" / "timeline.png").read_bytes()
    assert again.redraw(out)
    assert (out / "figures" / "timeline.png").read_bytes() == before
    assert dossier.read(out).figures[0].file == "figures/timeline.png"
