"""Mesa's own page: what it draws follows the sessions that are played in it."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
from small import VOTE, write

from sim.errors import InputError
from sim.model import Diplomacy
from sim.page import decisions, page, texts

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Solara warns of Mesa's own components as they are imported
    import solara
    from mesa.visualization import SolaraViz


@pytest.fixture
def vote(tmp_path: Path) -> Path:
    return write(tmp_path, VOTE, "vote.yaml")


def test_texts_show_every_clause_and_votes_those_that_were_taken(vote: Path) -> None:
    model = Diplomacy(vote, run=3)
    [axes] = texts(model).args[0].axes
    assert [t.get_text() for t in axes.get_yticklabels()] == ["73/27 OP3", "73/27 OP5", "L.60 OP1"]
    [axes] = decisions(model).args[0].axes
    assert [t.get_text() for t in axes.texts] == ["nothing has been decided yet"]
    model.step()
    [axes] = decisions(model).args[0].axes
    assert [t.get_text() for t in axes.get_yticklabels()] == ["73/27 committee", "L.60 committee"]
    assert sum(bar.get_width() for bar in axes.patches) == 2 * 6  # all members, on both texts
    assert "session 1" in axes.get_title(loc="left")


def test_the_page_shows_both_and_offers_the_scenarios(vote: Path) -> None:
    made = page(str(vote), run=3)
    assert made.component is SolaraViz
    assert {str(vote), "gge-2017"} <= set(made.kwargs["model_params"]["scenario"]["values"])
    _, rendered = solara.render(made, handle_error=False)
    try:
        images = rendered.find(solara.widgets.GridLayout).widget.items
        assert len(images) == 2
        assert all(b"<svg" in bytes(image.value) for image in images)
    finally:
        rendered.close()


def test_a_wrong_scenario_is_told() -> None:
    with pytest.raises(InputError):
        page("gge-2071")
