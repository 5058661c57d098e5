"""The models by name, and which of them are asked of a table."""

from __future__ import annotations

from collections.abc import Sequence

from sim.errors import InputError
from sim.near import unknown
from sim.published import (
    baron_ferejohn,
    bounded_confidence,
    compromise,
    core,
    exchange,
    expected_utility,
    influence,
    median,
    nash,
    power,
    setter,
    spatial,
)
from sim.published.model import Model
from sim.published.table import Table

MODELS: dict[str, Model] = {
    model.name: model
    for model in (
        compromise.MEAN,
        compromise.MODEL,
        median.MODEL,
        median.WEIGHTED,
        nash.MODEL,
        setter.MODEL,
        core.MODEL,
        bounded_confidence.MODEL,
        influence.MODEL,
        exchange.MODEL,
        spatial.MODEL,
        expected_utility.MODEL,
        power.MODEL,
        baron_ferejohn.MODEL,
    )
}


def find(name: str) -> Model:
    """Return a model by its name; an unknown one is an InputError with the nearest."""
    if name in MODELS:
        return MODELS[name]
    raise InputError(unknown("there is no such model", name, MODELS, "--model"))


def usual(table: Table) -> list[Model]:
    """The models that are asked of a table unless others are named."""
    out, positions = left_out(table), table.present.any()
    return [m for m in MODELS.values() if m.name not in out and not (m.apart and positions)]


def left_out(table: Table) -> dict[str, str]:
    """Models that are not asked of a table unless they are named, and why."""
    out = {}
    for name, model in MODELS.items():
        why = model.missing(table)
        if not why and len(table.actors) > model.most:
            why = f"is not asked of more than {model.most} actors unless it is named"
        if why:
            out[name] = why
    return out


def options(settings: Sequence[str]) -> tuple[dict[str, dict[str, str]], list[str]]:
    """Divide settings into those of models, MODEL.OPTION=VALUE, and the others, as they are."""
    mine: dict[str, dict[str, str]] = {}
    others = []
    for text in settings:
        path, _, value = text.partition("=")
        model, dot, option = path.strip().partition(".")
        if dot and model in MODELS:
            if option not in MODELS[model].options:
                MODELS[model].option(option, value)
            mine.setdefault(model, {})[option] = value.strip()
        else:
            others.append(text)
    return mine, others
