"""One run in Mesa's own page: step through the sessions and see texts and votes move.

Needs the extra `page`. For a look by one person, and not for a class: the server of Mesa shares a
model among all browsers. Write a file of two lines, and run `solara run page.py`:

    from sim.page import page
    page = page("rival-resolutions-2018")
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim import shipped
from sim.errors import RunError
from sim.forums.decision import count
from sim.forums.rules import Decision
from sim.model import Diplomacy

FULL = 100.0
RUNS = 1000  # runs that the slider offers
NEEDED = 'Mesa\'s page needs the extra `page`: pip install "plenary[page]"'


def page(scenario: str, run: int = 0) -> Any:
    """Make Mesa's page of a run: a `solara` element.

    Args:
        scenario: the name of a shipped one, or a file.
        run: which run is shown first.

    Raises:
        InputError: a scenario that cannot be played.
        RunError: the extra is not installed.
    """
    try:
        from mesa.visualization import Slider, SolaraViz
    except ImportError as error:
        raise RunError(NEEDED) from error

    names = list(shipped.scenarios())
    parameters = {
        "scenario": {
            "type": "Select",
            "value": scenario,
            "values": names if scenario in names else [scenario, *names],
            "label": "scenario",
        },
        "run": Slider("run", value=run, min=0, max=RUNS - 1, step=1),
    }
    model = Diplomacy(scenario, run=run)
    shown = [(component, 0) for component in (texts, decisions)]
    return SolaraViz(model, components=shown, model_params=parameters, name="plenary")


def texts(model: Diplomacy) -> Any:
    """Draw where every clause stands, beside the status quo, as a `solara` figure."""
    figure, axes = _figure(model, "the texts, 0-100")
    rows: list[tuple[str, float, float, bool]] = []
    for place, draft in enumerate(model.setting.drafts):
        now, kept = model.world.value[place][0], model.world.active[place][0]
        before = model.world.before[place][0]
        rows += [
            (f"{draft.label} {name}", FULL * before[n], FULL * now[n], bool(kept[n]))
            for n, name in enumerate(draft.clauses)
        ]
    for row, (_, before, now, kept) in enumerate(rows):
        axes.plot([before, now], [row, row], color="0.6", zorder=1)
        axes.plot(before, row, "|", color="0.3", ms=10)
        axes.plot(now, row, "o", color="C0" if kept else "none", mec="C0")
    axes.set_yticks(range(len(rows)), [name for name, *_ in rows])
    axes.set_xlim(0, 100)
    axes.invert_yaxis()
    axes.set_xlabel("bar: status quo; dot: the text; hollow: in brackets")
    return _shown(figure)


def decisions(model: Diplomacy) -> Any:
    """Draw how many delegations took which decision at each vote so far, as a `solara` figure."""
    figure, axes = _figure(model, "what delegations decided")
    setting, left = model.setting, np.zeros(len(model.world.ballots))
    labels = [f"{setting.drafts[d].label} {stage}" for d, stage in model.world.ballots]
    for kind in Decision:
        counted = [
            int(count(ballot.decisions, setting.forums[setting.drafts[d].forum].members, kind)[0])
            for (d, _), ballot in model.world.ballots.items()
        ]
        if any(counted):
            axes.barh(labels, counted, left=left, label=kind.name.lower())
            left = left + counted
    if labels:
        axes.invert_yaxis()
        axes.legend()
    else:
        axes.set_axis_off()
        axes.text(0.5, 0.5, "nothing has been decided yet", ha="center", transform=axes.transAxes)
    return _shown(figure)


def _figure(model: Diplomacy, what: str) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.subplots()
    session = model.session
    when = f"session {model.setting.label(session)}" if session else "before session 1"
    axes.set_title(f"{model.setting.name}, {when}: {what}", loc="left", parse_math=False)
    return figure, axes


def _shown(figure: Any) -> Any:
    import solara

    return solara.FigureMatplotlib(figure)  # type: ignore[attr-defined]
