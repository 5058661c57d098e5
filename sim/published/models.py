"""The models by name: what each says, what it starts from, its options; and how to ask one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np

from sim.errors import InputError, Mistake
from sim.literature import listed
from sim.near import near
from sim.published import bargain, challenge, contest, election, exchange, expected_utility
from sim.published.solution import Solution
from sim.published.spatial_rules import EMPATHY
from sim.published.stakes import RISKS
from sim.published.table import Table

STATUS_QUO, POSITIONS = "a status quo", "positions"


class Option(NamedTuple):
    """Something that can be set: what it means, and its value if nobody does."""

    default: str | float | int
    meaning: str
    allowed: tuple[str, ...] = ()  # words; none for a number
    low: float = 0.0
    high: float = float("inf")


@dataclass(frozen=True)
class Model:
    """One model: its function, as MODULE:NAME below sim.published, is imported when asked."""

    name: str
    title: str
    meaning: str  # in a line
    sources: tuple[str, ...]  # keys of `sim.literature`; none for a mere yardstick
    function: str
    needs: tuple[str, ...] = (POSITIONS,)
    options: Mapping[str, Option] | None = None
    most: int = 10_000  # actors up to which it is asked unless it is named
    apart: bool = False  # says nothing of positions: asked if named, or if there are none
    fitting: Callable[[Table], str] = lambda table: ""  # why it cannot answer; "" if it can

    @property
    def source(self) -> str:
        """Whose it is, in words."""
        return listed(self.sources) or "a yardstick"

    def solve(self, table: Table, **options: Any) -> Solution:
        """Ask the model; an option it does not have is an InputError."""
        asked = {name: self._option(name, value) for name, value in options.items()}
        module, _, function = self.function.partition(":")
        found: Solution = getattr(import_module(f"sim.published.{module}"), function)(
            table, **asked
        )
        return found

    def _option(self, name: str, value: Any) -> Any:
        known = self.options or {}
        if name not in known:
            problem = f"{self.name} has no such option"
            allowed = ", ".join(known) or "none"
            raise InputError(
                Mistake(problem, "", None, name, str(value), allowed, near(name, known))
            )
        return _read(f"{self.name}.{name}", value, known[name])


def _read(path: str, value: Any, option: Option) -> Any:
    """Turn what was typed into the kind of value that an option has."""
    if option.allowed:
        if value in option.allowed:
            return value
        if "NUMBER" in option.allowed and (number := _number(value)) is not None:
            return number
        allowed = ", ".join(filter(None, option.allowed))
        close = near(str(value), option.allowed)
        raise InputError(
            Mistake("cannot be set to that", "", None, path, str(value), allowed, close)
        )
    if isinstance(option.default, str):
        return str(value)
    number = _number(value)
    whole = isinstance(option.default, int)
    if number is None or not option.low <= number <= option.high or (whole and number % 1):
        top = f" to {option.high:g}" if np.isfinite(option.high) else " or more"
        allowed = f"{'a whole number, ' if whole else ''}{option.low:g}{top}"
        raise InputError(Mistake("cannot be set to that", "", None, path, str(value), allowed))
    return int(number) if whole else number


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if np.isfinite(number) else None


RULE: dict[str, Option] = {
    "quota": Option(
        0.0, "weight that is enough, in the units of the weights; 0: the forum's rule, or half"
    ),
    "weights": Option("", "what counts; empty: the forum's rule, or capability",
                      ("", "capability", "equal")),
}  # fmt: skip
WEIGHED = ("vandenbos1991", "stokman1992", "achen2006")


_EITHER = {  # the words of the spatial model's rules; importing numpy alone, they cost nothing
    "election": tuple(election.MODELS),
    "victory": tuple(contest.VICTORY),
    "voting": tuple(contest.VOTING),
    "commitment": tuple(challenge.COMMITMENT),
    "interpolation": tuple(bargain.INTERPOLATION),
    "perspective": tuple(bargain.PERSPECTIVE),
    "risk": tuple(RISKS),
    "empathy": tuple(EMPATHY),
    "conflicts": tuple(exchange.CONFLICTS),
    "variant": tuple(expected_utility.VARIANTS),
    "span": tuple(expected_utility.SPANS),
}


def _two_issues(table: Table) -> str:
    return "" if len(table.issues) > 1 else "needs two issues or more"


MODELS: dict[str, Model] = {
    model.name: model
    for model in (
        Model(
            "mean",
            "Mean",
            "the middle of all positions: everybody counts alike",
            (),
            "compromise:solve_mean",
        ),
        Model(
            "compromise",
            "Compromise model",
            "the mean weighted by capability times salience",
            WEIGHED,
            "compromise:solve",
        ),
        Model(
            "median",
            "Median voter",
            "the position that no majority of heads would leave",
            ("black1948",),
            "median:solve",
        ),
        Model(
            "weighted_median",
            "Weighted median",
            "half of capability times salience on either side",
            ("black1948", "bueno1994"),
            "median:solve_weighted",
        ),
        Model(
            "nash",
            "Nash bargaining",
            "the text with the greatest product of gains",
            ("nash1950", "kalai1977", "achen2006"),
            "nash:solve",
            options={
                "loss": Option("quadratic", "loss in the distance", ("quadratic", "linear")),
                "disagreement": Option(
                    "",
                    "what each has without agreement: the utility of the status quo, far (without "
                    "limit), or one number for all; empty: the status quo where it is known",
                    ("", "status_quo", "far", "NUMBER"),
                ),
                "power": Option("capability", "weights w_i", ("capability", "equal")),
                "issues": Option("together", "one bargain, or one an issue", ("together", "apart")),
            },
        ),
        Model(
            "setter",
            "Agenda setter",
            "what one proposes, and enough prefer to the status quo",
            ("romer1978",),
            "setter:solve",
            needs=(POSITIONS, STATUS_QUO),
            options={
                "setter": Option("", "who proposes; empty: the draft's sponsor, or the heaviest"),
                **RULE,
            },
        ),
        Model(
            "core",
            "Core",
            "the texts that no winning coalition would leave",
            ("black1948", "plott1967", "greenberg1979"),
            "core:solve",
            options=RULE,
        ),
        Model(
            "bounded_confidence",
            "Bounded confidence",
            "each moves to the mean of those near it",
            ("hegselmann2002",),
            "bounded_confidence:solve",
            options={
                "confidence": Option(0.2, "how far one listens, on 0-1", high=1.0),
                "rounds": Option(100, "at most so many rounds", low=1, high=10_000),
            },
            most=500,
        ),
        Model(
            "influence",
            "Friedkin and Johnsen",
            "all listen to all, and hold on to where they began",
            ("degroot1974", "friedkin1990"),
            "influence:solve",
            options={"susceptibility": Option(0.5, "how far others count, 0-1", high=1.0)},
            most=500,
        ),
        Model(
            "exchange",
            "Exchange",
            "pairs trade positions, each for what matters more to it",
            ("stokman1994", "vanassen2003"),
            "exchange:solve",
            options={
                "rounds": Option(1, "rounds of exchange; Decide's own default is 10", low=1),
                "noise": Option(0.0, "how far exchange rates vary by chance, 0-1", high=1.0),
                "salience_weight": Option(
                    0.4, "how far positions follow votes, the less salient the more", high=1.0
                ),
                "fixed_weight": Option(0.1, "and how far whatever the salience", high=1.0),
                "conflicts": Option(
                    "decide", "how conflicts between exchanges end", _EITHER["conflicts"]
                ),
                "seed": Option(0, "of the noise", high=2**63),
            },
            most=40,
            fitting=_two_issues,
        ),
        Model(
            "spatial",
            "Spatial model of politics",
            "actors challenge, bargain and move, as in KTAB",
            ("wise2015", "bueno1994", "bueno1997"),
            "spatial:solve",
            options={
                "turns": Option(100, "at most so many turns", low=1, high=10_000),
                "election": Option("conditional", "what makes chances", _EITHER["election"]),
                "victory": Option("linear", "how strength makes chances", _EITHER["victory"]),
                "voting": Option("proportional", "how third parties vote", _EITHER["voting"]),
                "commitment": Option("semi", "of third parties", _EITHER["commitment"]),
                "interpolation": Option("s2p2", "of bargains", _EITHER["interpolation"]),
                "perspective": Option("initiator", "whose chance counts", _EITHER["perspective"]),
                "risk": Option("mid", "range of attitudes to risk", _EITHER["risk"]),
                "empathy": Option("one_third", "how far others are seen", _EITHER["empathy"]),
                "accommodation": Option(1.0, "how far ideals follow positions, 0-1", high=1.0),
                "quiet": Option(0.02, "stop when a step is shorter than this share of the first"),
                "choice": Option("likeliest", "which bargain is kept", ("likeliest", "drawn")),
                "seed": Option(0, "of the draws", high=2**63),
            },
            most=40,
        ),
        Model(
            "expected_utility",
            "Expected utility model",
            "challenges and offers on each issue by itself",
            ("bueno1994", "scholz2011"),
            "expected_utility:solve",
            options={
                "rounds": Option(10, "at most so many rounds", low=1, high=10_000),
                "variant": Option("published", "which reading of the papers", _EITHER["variant"]),
                "stay": Option(1.0, "chance that the status quo stays", high=1.0),
                "better": Option(0.5, "chance that it changes for the better", high=1.0),
                "quiet": Option(1e-3, "stop when nobody moves farther, on 0-1"),
                "span": Option("positions", "length of the scale", _EITHER["span"]),
            },
            most=40,
        ),
        Model(
            "power",
            "Power indices",
            "how often a vote decides: Shapley-Shubik, Banzhaf",
            ("shapley1954", "penrose1946", "banzhaf1965", "coleman1971"),
            "power:solve",
            needs=(),
            apart=True,
            options=RULE,
        ),
        Model(
            "baron_ferejohn",
            "Baron and Ferejohn",
            "what each may expect of a dollar that is divided",
            ("baron1989", "eraslan2002"),
            "baron_ferejohn:solve",
            needs=(),
            apart=True,
            options={
                "quota": Option(0, "votes that are enough; 0: the forum's rule, or half", low=0),
                "discount": Option(1.0, "what a round of delay leaves, 0-1", high=1.0),
                "chances": Option(
                    "capability", "chances to propose", ("capability", "equal")
                ),
            },
        ),
    )
}  # fmt: skip


def find(name: str) -> Model:
    """Return a model by its name; an unknown one is an InputError with the nearest."""
    if name in MODELS:
        return MODELS[name]
    problem, allowed = "there is no such model", ", ".join(MODELS)
    raise InputError(Mistake(problem, "", None, "--model", name, allowed, near(name, MODELS)))


def missing(model: Model, table: Table) -> str:
    """What a model needs and a table does not have, in words; "" if nothing."""
    if POSITIONS in model.needs and not table.present.any():
        return "needs positions"
    if STATUS_QUO in model.needs and np.isnan(table.status_quo).all():
        return "needs a status quo"
    return model.fitting(table)


def usual(table: Table) -> list[Model]:
    """The models that are asked of a table unless others are named."""
    return [m for m in MODELS.values() if m.name not in left_out(table) and _is_of(m, table)]


def _is_of(model: Model, table: Table) -> bool:
    return not model.apart or not table.present.any()


def left_out(table: Table) -> dict[str, str]:
    """Models that are not asked of a table unless they are named, and why."""
    out = {}
    for name, model in MODELS.items():
        why = missing(model, table)
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
            known = MODELS[model].options or {}
            if option not in known:
                MODELS[model]._option(option, value)
            mine.setdefault(model, {})[option] = value.strip()
        else:
            others.append(text)
    return mine, others
