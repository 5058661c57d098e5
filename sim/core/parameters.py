"""Every number of the model that is not a fact about an actor or a text, with what it means.

A scenario may set any of them; `calibrate` fits some to recorded votes and draws all of
them into admissible worlds. Those with `fitted` are informed by votes; the rest are
assumed, and only their range is claimed.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Parameter:
    """One number: its symbol in docs/ODD.md, best guess, the range worlds draw from, meaning."""

    name: str
    symbol: str
    default: float
    low: float
    high: float
    meaning: str
    fitted: bool = False
    whole: bool = False
    ratio: bool = False  # known by its order of magnitude: worlds draw its logarithm


PARAMETERS: dict[str, Parameter] = {
    p.name: p
    for p in (
        Parameter(
            "readiness",
            "mu",
            1.0,
            -1.0,
            4.0,
            "general readiness to say yes, in logits",
            fitted=True,
        ),
        Parameter(
            "band",
            "tau",
            0.5,
            0.05,
            2.0,
            "half-width of indifference: within it a state abstains",
            fitted=True,
        ),
        Parameter(
            "stakes",
            "beta",
            12.0,
            2.0,
            40.0,
            "weight of the gain of a text, in logits per unit",
            fitted=True,
        ),
        Parameter(
            "memory",
            "m",
            3.0,
            0.0,
            6.0,
            "pull of a state's own last vote in the series, in logits",
            fitted=True,
        ),
        Parameter(
            "sponsorship",
            "s",
            4.0,
            2.0,
            6.0,
            "extra support of those who sponsor a text, in logits",
        ),
        Parameter(
            "noise",
            "sigma",
            1.0,
            0.0,
            2.0,
            "scale of the logistic noise of a vote; 1 fixes the unit",
        ),
        Parameter(
            "echo", "rho", 0.9, 0.7, 1.0, "how much of that noise a state keeps from stage to stage"
        ),
        Parameter(
            "absence",
            "alpha",
            0.3,
            -1.5,
            2.0,
            "shift of the habit of not voting, in logits",
            fitted=True,
        ),
        Parameter(
            "late_december",
            "ell",
            0.5,
            -0.5,
            1.5,
            "added to it for votes from 20 December on",
            fitted=True,
        ),
        Parameter(
            "indifference",
            "gamma",
            0.25,
            0.0,
            1.0,
            "who minds a text comes to vote: logits per unit of support",
            fitted=True,
        ),
        Parameter(
            "curvature",
            "p",
            2,
            1,
            2,
            "power of distance in a gain: 2 quadratic, 1 linear",
            whole=True,
        ),
        Parameter(
            "influence", "on", 1, 0, 1, "1: speakers move positions; 0: positions stay", whole=True
        ),
        Parameter(
            "susceptibility",
            "lambda_i",
            0.2,
            0.0,
            0.5,
            "share of a delegation's position open to others",
        ),
        Parameter(
            "confidence",
            "epsilon",
            0.5,
            0.2,
            1.0,
            "distance beyond which a delegation is not listened to",
        ),
        Parameter("buy_off", "lambda", 0.5, 0.25, 1.0, "share of a gain that makes up for a loss"),
        Parameter(
            "insistence",
            "phi",
            0.4,
            0.1,
            0.8,
            "share of what it asked for that a demandeur insists on",
        ),
        Parameter(
            "deadline",
            "gamma_t",
            0.25,
            0.0,
            0.5,
            "share of its insistence that is gone by the last session",
        ),
        Parameter(
            "blocking_cost",
            "k0",
            0.15,
            0.03,
            0.5,
            "cost of standing alone against consensus",
            ratio=True,
        ),
        Parameter(
            "company",
            "b",
            3.0,
            1.0,
            5.0,
            "how fast that cost falls with the weight of others who block",
        ),
        Parameter(
            "resolve_spread",
            "xi",
            0.3,
            0.1,
            0.5,
            "spread (sd of the log) of that cost between delegations and runs",
        ),
        Parameter(
            "reservation",
            "delta",
            0.1,
            0.03,
            0.3,
            "loss on one clause from which a delegation dissociates",
        ),
        Parameter(
            "coding_error",
            "e",
            0.05,
            0.0,
            0.1,
            "sd of a text's value on a scale as another coder might put it",
        ),
        Parameter("support_weight", "w", 0.02, 0.0, 0.1, "what sponsors give for wide support"),
        Parameter(
            "revision_cost",
            "r",
            0.05,
            0.0,
            0.2,
            "what sponsors lose per unit of change to their text",
        ),
    )
}
