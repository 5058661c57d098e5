"""Placing labels beside points so that none lies on another: greedy, in the order given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.show.plots import style

Floats = npt.NDArray[np.float64]

ANGLES = np.arange(16) * np.pi / 8
DISTANCES = (1.0, 2.4, 4.0)  # tried one after another, in half-widths of the point's mark
POINT = 9.0  # half the width of a mark
ON_A_LABEL, ON_A_STAR, ON_A_POINT, FAR = 100.0, 12.0, 1.5, 0.6


@dataclass(frozen=True)
class Label:
    """Words that belong to a point, and how far from it they must keep."""

    words: str
    at: Floats  # (2,), in pixels
    clear: float
    bold: bool
    size: float

    @property
    def wide(self) -> float:
        """Width in pixels."""
        return style.width(self.words, self.size, self.bold)


def arranged(
    labels: Sequence[Label], points: Floats, stars: Floats, field: tuple[float, float, float, float]
) -> list[tuple[Label, Floats, bool]]:
    """Place each label: it, the left end of its baseline, and whether it stands apart.

    ``points`` (n, 2) are marks better left uncovered, ``stars`` (m, 2) even more so. A label
    never leaves ``field`` (x, y, width, height) nor overlaps another while there is any room.
    """
    taken = np.zeros((0, 4))
    placed = []
    for label in labels:
        boxes, far = _candidates(label)
        boxes = _inside(boxes, field)
        cost = ON_A_LABEL * _overlaps(boxes, taken) + FAR * far
        cost += ON_A_POINT * _covered(boxes, points, POINT) + ON_A_STAR * _covered(
            boxes, stars, 16.0
        )
        best = int(cost.argmin())
        taken = np.vstack([taken, boxes[best]])
        corner = np.array([boxes[best, 0], boxes[best, 3] - 0.2 * label.size])
        placed.append((label, corner, bool(far[best] > 1.5)))
    return placed


def _candidates(label: Label) -> tuple[Floats, Floats]:
    """Boxes (n, 4) of left, top, right, bottom around the point, and how far they are."""
    wide, high = label.wide, 1.1 * label.size
    far = np.repeat(DISTANCES, len(ANGLES))
    angle = np.tile(ANGLES, len(DISTANCES))
    reach = label.clear * far
    x = label.at[0] + np.cos(angle) * (reach + wide / 2)
    y = label.at[1] - np.sin(angle) * (reach + high / 2)
    return np.stack([x - wide / 2, y - high / 2, x + wide / 2, y + high / 2], axis=1), far


def _inside(boxes: Floats, field: tuple[float, float, float, float]) -> Floats:
    left, top, wide, high = field
    dx = np.clip(left - boxes[:, 0], 0, None) - np.clip(boxes[:, 2] - left - wide, 0, None)
    dy = np.clip(top - boxes[:, 1], 0, None) - np.clip(boxes[:, 3] - top - high, 0, None)
    return boxes + np.stack([dx, dy, dx, dy], axis=1)


def _overlaps(boxes: Floats, others: Floats) -> Floats:
    a, b = boxes[:, None, :], others[None, :, :]
    apart = (
        (a[..., 0] > b[..., 2])
        | (a[..., 2] < b[..., 0])
        | (a[..., 1] > b[..., 3])
        | (a[..., 3] < b[..., 1])
    )
    return np.asarray((~apart).sum(axis=1), dtype=np.float64)


def _covered(boxes: Floats, points: Floats, reach: float) -> Floats:
    x, y = points[None, :, 0], points[None, :, 1]
    left, top, right, bottom = (boxes[:, k, None] for k in range(4))
    inside = (x > left - reach) & (x < right + reach) & (y > top - reach) & (y < bottom + reach)
    return np.asarray(inside.sum(axis=1), dtype=np.float64)
