"""The registry: every model can be asked, is described, and says what it lacks."""

from __future__ import annotations

import inspect
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from sim.errors import InputError
from sim.published import models
from sim.published.models import MODELS
from sim.published.spatial import KTAB

from .plain import table

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "published.md"
FULL = table(
    [[10, 80, 30], [40, 20, 60], [90, 50, 10], [55, 35, 95]],
    salience=[[30, 20, 10], [20, 40, 30], [50, 10, 20], [20, 30, 40]],
    capability=[4, 3, 2, 1],
    status_quo=[0, 100, 5],
)


@pytest.mark.parametrize("name", MODELS)
def test_every_model_answers_within_the_scale_or_with_power(name: str) -> None:
    told = MODELS[name].solve(FULL)
    assert told.outcome.shape == (3,)
    if np.isnan(told.outcome).all():
        assert told.power is not None
    else:
        assert ((told.outcome >= 0) & (told.outcome <= 1)).all()
    if told.power is not None:
        assert told.power.sum() == pytest.approx(1)
        assert (told.power >= 0).all()
    if told.path is not None:
        np.testing.assert_allclose(told.path[-1], told.outcome, atol=1e-9)


@pytest.mark.parametrize("name", MODELS)
def test_options_are_those_of_the_function(name: str) -> None:
    """Named alike, and with the same defaults, so that --list says what happens."""
    taken = dict(inspect.signature(MODELS[name].function).parameters)
    taken.pop("table")
    defaults = {n: p.default for n, p in taken.items() if n != "rules"}
    if "rules" in taken:
        defaults |= {n: r for n, r in asdict(KTAB).items() if not n.endswith("_turns")}
    assert {n: o.default for n, o in MODELS[name].options.items()} == defaults


@pytest.mark.parametrize("name", MODELS)
def test_every_word_an_option_allows_is_understood(name: str) -> None:
    for option, about in (MODELS[name].options).items():
        for word in about.allowed:
            if word and word != "NUMBER":
                MODELS[name].solve(FULL, **{option: word})


@pytest.mark.parametrize("name", MODELS)
def test_every_model_is_in_the_reference(name: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert f"\n## `{name}`" in page
    section = page.split(f"\n## `{name}`")[1].split("\n## ")[0]
    for word in ("**Source.**", "**Silent.**"):
        assert word in section, f"{name} says nothing of {word}"
    missing = [o for o in MODELS[name].options if f"`{o}`" not in section]
    assert missing == []


def test_an_unknown_model_or_option_is_told_with_the_nearest() -> None:
    with pytest.raises(InputError, match=r"did you mean 'nash'"):
        models.find("nahs")
    with pytest.raises(InputError, match=r"did you mean 'loss'"):
        MODELS["nash"].solve(FULL, los="linear")
    with pytest.raises(InputError, match=r"did you mean 'linear'"):
        MODELS["nash"].solve(FULL, loss="liner")
    with pytest.raises(InputError, match="0 to 1"):
        MODELS["influence"].solve(FULL, susceptibility="1.5")
    with pytest.raises(InputError, match="a whole number"):
        MODELS["exchange"].solve(FULL, rounds="1.5")


def test_what_a_table_lacks_is_said() -> None:
    bare = table([[10], [40], [90]])
    assert MODELS["setter"].missing(bare) == "needs a status quo"
    assert MODELS["exchange"].missing(bare) == "needs two issues or more"
    asked = [model.name for model in models.usual(bare)]
    assert "setter" not in asked
    assert "nash" in asked
    assert "power" not in asked  # asked by name, or where there are no positions


def test_settings_of_models_are_told_from_those_of_the_source() -> None:
    mine, others = models.options(["nash.loss=linear", "USA=absent", "a.capability=3"])
    assert mine == {"nash": {"loss": "linear"}}
    assert others == ["USA=absent", "a.capability=3"]
