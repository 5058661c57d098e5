"""The Nash bargaining solution, asymmetric, for any number of actors and issues.

    maximise  sum_i w_i log(U_i(z) - d_i),   U_i(z) = - sum_k s_ik |z_k - x_ik|^p,  p = 1 or 2,

over texts z that leave everybody better off than disagreement, d. The sum is concave, so the text
is found by Newton's method from one that gives everybody something; where none exists, nothing is
agreed. With p = 1 distances are rounded off at the ideal points, less and less; on one issue
they need not be. As d falls without limit the text tends to the mean of positions weighted by
w_i s_ik if p = 2, and to their weighted median if p = 1.

Source: Nash (1950), The Bargaining Problem; several parties and weights, Kalai (1977),
Nonsymmetric Nash Solutions and Replications of 2-Person Bargaining; the limit, Achen (2006), in
Thomson et al., The European Union Decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.errors import InputError
from sim.published.compromise import weighted_mean
from sim.published.median import weighted_median
from sim.published.model import Model, Option, wrong
from sim.published.solution import Solution
from sim.published.table import Table

Floats = npt.NDArray[np.float64]
LOSSES = {"quadratic": 2, "linear": 1}
OPTIONS = {
    "loss": Option("quadratic", "loss in the distance", tuple(LOSSES)),
    "disagreement": Option(
        "",
        "what each has without agreement: the utility of the status quo, far (without "
        "limit), or one number for all; empty: the status quo where it is known",
        ("", "status_quo", "far", "NUMBER"),
    ),
    "power": Option("capability", "weights w_i", ("capability", "equal")),
    "issues": Option("together", "one bargain, or one an issue", ("together", "apart")),
}
STEPS = 200  # of Newton's method; a few dozen are the rule
CLOSE = 1e-11  # of the scale: where a step is shorter, the text is found
NOTHING = 1e-9  # of the scale of utilities: a gain that is none


@dataclass(frozen=True)
class Agreement:
    """What bargaining comes to."""

    text: Floats | None  # (issues,); None: nothing leaves everybody better off
    utility: Floats | None  # (actors,): of that text


def bargain(
    position: npt.ArrayLike,
    disagreement: npt.ArrayLike,
    *,
    salience: npt.ArrayLike | None = None,
    power: npt.ArrayLike | None = None,
    loss: str = "quadratic",
) -> Agreement:
    """The text that maximises the product of gains over disagreement.

    Args:
        position: ideal points, (actors,) on one issue or (actors, issues); nan: does not care.
        disagreement: utility of each actor without agreement, (actors,), or one for all; -inf
            is the limit.
        salience: s_ik, of the same shape; 1.
        power: w_i, (actors,); 1. Actors of power 0 are not asked.
        loss: "linear" or "quadratic" in the distance.

    Raises:
        InputError: a loss that is neither.
    """
    if mistakes := wrong(OPTIONS, loss=loss):
        raise InputError(mistakes)
    game = _Bargaining(position, disagreement, salience, power, LOSSES[loss])
    text = game.text()
    return Agreement(text, None if text is None else game.utility_of_all(text))


def utility(position: Floats, salience: Floats, text: Floats, loss: str = "quadratic") -> Floats:
    """Utility of a text (issues,) to each actor: (actors,)."""
    far = np.abs(text - np.where(np.isnan(position), text, position))
    out: Floats = -(salience * far ** LOSSES[loss]).sum(axis=1)
    return out


class _Bargaining:
    """One problem, reduced to those who care and count."""

    def __init__(
        self,
        position: npt.ArrayLike,
        disagreement: npt.ArrayLike,
        salience: npt.ArrayLike | None,
        power: npt.ArrayLike | None,
        exponent: int,
    ) -> None:
        x = np.asarray(position, dtype=np.float64)
        x = x[:, None] if x.ndim == 1 else x
        s = np.ones_like(x) if salience is None else np.asarray(salience, dtype=np.float64)
        s = np.where(np.isnan(x), 0.0, s.reshape(x.shape))
        w = np.ones(len(x)) if power is None else np.asarray(power, dtype=np.float64)
        d = np.broadcast_to(np.asarray(disagreement, dtype=np.float64), len(x))
        self.all = (np.nan_to_num(x), s)
        asked = (w > 0) & (s.sum(axis=1) > 0)
        self.x, self.s, self.w, self.d = self.all[0][asked], s[asked], w[asked], d[asked]
        self.exponent = exponent

    def utility_of_all(self, text: Floats) -> Floats:
        x, s = self.all
        far = np.abs(np.nan_to_num(text) - x)
        out: Floats = -(s * far**self.exponent).sum(axis=1)
        return out

    def text(self) -> Floats | None:
        """Find the text; issues that nobody who is asked cares for are nan."""
        touched = self.s.sum(axis=0) > 0
        out = np.full(len(touched), np.nan)
        self.x, self.s = self.x[:, touched], self.s[:, touched]
        found = self._text() if touched.any() else np.zeros(0)
        if found is None:
            return None
        out[touched] = found
        return out

    def _text(self) -> Floats | None:
        if np.isneginf(self.d).any():  # they outweigh all who can be hurt only so much
            free = np.isneginf(self.d)[:, None] * self.s * self.w[:, None]
            middle = weighted_mean if self.exponent == 2 else weighted_median
            return middle(self.x, free)
        start = self._better_for_all()
        if start is None:
            return None
        if self.exponent == 1 and self.x.shape[1] == 1:
            return self._between_kinks(start)
        text = start
        for rounding in _roundings(self.exponent):
            text = self._climb(text, rounding)
        return text

    # Gains and their derivatives; rounding turns |z - x| into sqrt((z - x)^2 + rounding^2)

    def _gain(self, z: Floats, rounding: float = 0.0) -> Floats:
        lost: Floats = (self.s * _far(z - self.x, self.exponent, rounding)).sum(axis=1)
        gain: Floats = -lost - self.d
        return gain

    def _slopes(self, z: Floats, rounding: float) -> tuple[Floats, Floats]:
        """First and second derivatives of each actor's gain in each issue: (actors, issues)."""
        off = z - self.x
        if self.exponent == 2:
            return -2 * self.s * off, -2 * self.s
        far = np.sqrt(off**2 + rounding**2)
        return -self.s * off / far, -self.s * rounding**2 / far**3

    def _better_for_all(self) -> Floats | None:
        """A text well within what all prefer to disagreement, or None.

        Raises the least gain, t: a barrier method on  mu log(gain_i - t) + t, over z and t.
        """
        z = weighted_mean(self.x, self.s * self.w[:, None])
        scale = max(float(np.abs(self.d).max()), float(self.s.sum(axis=1).max()))
        if self._gain(z).min() > 1e-3 * scale:
            return z
        best = z
        mu = scale
        t = float(self._gain(z).min()) - scale
        for _ in range(60):
            rounding = 0.0 if self.exponent == 2 else max(mu / scale, 1e-9)
            t = min(t, float(self._gain(z, rounding).min()) - mu)
            z, t = self._centre(z, t, mu, rounding)
            if self._gain(z).min() > self._gain(best).min():
                best = z
            if mu * len(self.x) < 1e-11 * scale:
                break
            if self._gain(best).min() > 100 * mu * len(self.x):
                break  # within one part in a hundred of the most there is
            mu /= 4
        return best if self._gain(best).min() > NOTHING * scale else None

    def _centre(self, z: Floats, t: float, mu: float, rounding: float) -> tuple[Floats, float]:
        """Newton's method on t + mu sum_i log(gain_i(z) - t)."""
        at = np.append(z, t)

        def value(at: Floats) -> float:
            room = self._gain(at[:-1], rounding) - at[-1]
            return float(at[-1] + mu * np.log(room).sum()) if room.min() > 0 else -np.inf

        for _ in range(STEPS):
            room = self._gain(at[:-1], rounding) - at[-1]
            first, second = self._slopes(at[:-1], rounding)
            first = np.hstack([first, -np.ones((len(room), 1))])
            per = mu / room
            slope = per @ first
            slope[-1] += 1
            bend = -(first.T * (per / room)) @ first
            bend[np.diag_indices(len(z))] += per @ second
            step = -_solved(bend, slope)
            if slope @ step < 1e-3 * mu:
                break
            at = _onward(value, at, step, float(slope @ step))
        return at[:-1], float(at[-1])

    def _climb(self, z: Floats, rounding: float) -> Floats:
        """Newton's method on the sum of weighted logs of gains, never leaving what is feasible."""

        def value(at: Floats) -> float:
            gain = self._gain(at, rounding)
            if gain.min() <= 0:
                return -np.inf
            return float(self.w @ np.log(gain / base))

        base = self._gain(z, rounding)  # sums of differences keep more digits than sums of logs
        if base.min() <= 0:
            return z
        for _ in range(STEPS):
            gain = self._gain(z, rounding)
            first, second = self._slopes(z, rounding)
            per = self.w / gain
            slope = per @ first
            bend = -(first.T * (per / gain)) @ first + np.diag(per @ second)
            step = -_solved(bend, slope)
            moved = _onward(value, z, step, float(slope @ step))
            if np.abs(moved - z).max() < CLOSE:
                return moved
            z = moved
        return z

    # One issue, linear loss: between two ideal points all is smooth

    def _between_kinks(self, start: Floats) -> Floats:
        """Find the piece in which the slope turns, then the point on it."""
        from scipy.optimize import brentq

        x, s = self.x[:, 0], self.s[:, 0]
        low = float(np.max(x - (-self.d / s)))  # texts that all prefer: an interval
        high = float(np.min(x + (-self.d / s)))

        def slope(z: float, side: float) -> float:
            towards = np.where(z == x, -side, np.sign(x - z))
            return float((self.w * s * towards / (-s * np.abs(z - x) - self.d)).sum())

        inside = np.unique(x[(x > low) & (x < high)])
        left = max((p for p in inside if slope(p, 1.0) > 0), default=None)
        right = min((p for p in inside if slope(p, -1.0) < 0), default=None)
        flat = [p for p in inside if slope(p, -1.0) >= 0 >= slope(p, 1.0)]
        if flat:
            return np.array([flat[0]])
        width = high - low
        a = low + 1e-13 * width if left is None else float(left)
        b = high - 1e-13 * width if right is None else float(right)
        return np.array([brentq(lambda z: slope(z, 1.0 if z == a else -1.0), a, b, xtol=1e-15)])


def _far(off: Floats, exponent: int, rounding: float) -> Floats:
    if exponent == 2:
        return off**2
    out: Floats = np.sqrt(off**2 + rounding**2) if rounding else np.abs(off)
    return out


def _roundings(exponent: int) -> list[float]:
    return [0.0] if exponent == 2 else [10.0 ** (-e / 2) for e in range(3, 21)]


def _solved(bend: Floats, slope: Floats) -> Floats:
    return np.asarray(np.linalg.lstsq(bend, slope, rcond=1e-15)[0], dtype=np.float64)


def _onward(value: Callable[[Floats], float], at: Floats, step: Floats, rise: float) -> Floats:
    """Go along a step as far as it pays, by halves (Armijo)."""
    before, length = value(at), 1.0
    while length > 1e-14:
        there = at + length * step
        if value(there) >= before + 1e-4 * length * rise:
            return there
        length /= 2
    return at


def solve(
    table: Table,
    loss: str = "quadratic",
    disagreement: str | float = "",
    power: str = "capability",
    issues: str = "together",
) -> Solution:
    """The Nash bargaining solution of a table.

    Args:
        table: positions, saliences and capabilities.
        loss: "quadratic" or "linear" in the distance.
        disagreement: "status_quo" (the utility of the status quo), "far" (the limit), or one
            number, the utility of every actor; "" is the status quo where it is known, else far.
        power: w_i, "capability" or "equal".
        issues: "together", one bargain over all of them, or "apart", one for each.

    Raises:
        InputError: an option that is none of these.
    """
    kind = _kind(table, disagreement)
    known = np.ones(len(table.issues), dtype=bool)
    if kind == "status_quo":
        known = ~np.isnan(table.status_quo)
    every = np.flatnonzero(known).tolist()
    bundles = [[k] for k in every] if issues == "apart" else [every]
    outcome, said = np.full(len(table.issues), np.nan), []
    for bundle in bundles if every else []:
        found = _of_bundle(table, bundle, loss, kind, power)
        if found is None:
            names = ", ".join(table.issues[k] for k in bundle)
            said.append(f"no text leaves everybody better off on {names}: nothing is agreed")
            outcome[bundle] = table.status_quo[bundle]
        else:
            outcome[bundle] = found
    said.insert(0, f"loss: {loss}; disagreement: {_in_words(kind)}; issues: {issues}")
    return Solution(outcome, said=tuple(said))


_WORDS = {"status_quo": "the status quo", "far": "without limit"}


def _in_words(kind: str | float) -> str:
    return f"{kind:g} for all" if isinstance(kind, float) else _WORDS[kind]


def _kind(table: Table, disagreement: str | float) -> str | float:
    if disagreement == "":
        return "far" if np.isnan(table.status_quo).all() else "status_quo"
    if disagreement in _WORDS:
        return disagreement
    number: float = OPTIONS["disagreement"].read("disagreement", disagreement)
    return number


def _of_bundle(
    table: Table, bundle: list[int], loss: str, kind: str | float, power: str
) -> Floats | None:
    position = table.position[:, bundle]
    salience = np.where(table.present, table.salience, 0.0)[:, bundle]
    held = table.capability[:, bundle]
    count = np.maximum(table.present[:, bundle].sum(axis=1), 1)
    weight = np.where(table.present[:, bundle], held, 0.0).sum(axis=1) / count
    if power == "equal":
        weight = (weight > 0).astype(np.float64)
    if kind == "status_quo":
        point: npt.ArrayLike = utility(position, salience, table.status_quo[bundle], loss)
    else:
        point = -np.inf if kind == "far" else float(kind)
    return bargain(position, point, salience=salience, power=weight, loss=loss).text


MODEL = Model(
    "nash",
    "Nash bargaining",
    "the text with the greatest product of gains",
    ("nash1950", "kalai1977", "achen2006"),
    solve,
    options=OPTIONS,
)
