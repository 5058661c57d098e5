"""What is written on a sheet, and where: for tests of figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from matplotlib.axes import Axes
from matplotlib.text import Text

from sim.show.plots import Sheet, style

Floats = npt.NDArray[np.float64]
Written = list[tuple[str, Floats]]


def texts(sheet: Sheet, drawing: Callable[[], object] | None = None) -> Written:
    """All words as they are drawn, each with the corners (4, 2) of its letters from the top left.

    But for the many labels that are drawn as outlines. ``drawing`` may do more than lay them out.
    """
    found: Written = []
    draw = Text.draw

    def kept(text: Text, renderer: Any, *rest: Any, **more: Any) -> None:
        if text.get_visible() and text.get_text().strip():
            found.append((text.get_text(), _corners(text, renderer)))
        draw(text, renderer, *rest, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Text, "draw", kept)
        (drawing or sheet.settled)()
    return found


def _corners(text: Text, renderer: Any) -> Floats:
    """The box of the letters, turned as they are about where they are anchored."""
    turn = np.radians(text.get_rotation())
    upright = text.get_rotation_mode() == "anchor" and turn
    if upright:
        text.set_rotation(0)
    box = text.get_window_extent(renderer)
    little = 0.14 * (box.y1 - box.y0) / (1 + text.get_text().count("\n"))  # room between lines
    low, high = box.y0 + little, box.y1 - little
    corners = np.array([(box.x0, low), (box.x1, low), (box.x1, high), (box.x0, high)])
    if upright:
        text.set_rotation(np.degrees(turn))
        start = text.get_transform().transform(text.get_position())
        spin = np.array([(np.cos(turn), np.sin(turn)), (-np.sin(turn), np.cos(turn))])
        corners = (corners - start) @ spin + start
    return np.stack([corners[:, 0], style.HEIGHT - corners[:, 1]], axis=1)


def written(sheet: Sheet) -> str:
    """All words of a sheet."""
    return "\n".join(words for words, _ in texts(sheet))


def frames(sheet: Sheet) -> list[Axes]:
    """The axes that are laid out, in order."""
    return [axes for axes in sheet.figure.axes if axes.get_subplotspec()]


def overlap(a: Floats, b: Floats) -> bool:
    """Whether two rectangles overlap, however they are turned: no side parts them."""
    for corners in (a, b):
        for edge in (corners[1] - corners[0], corners[3] - corners[0]):
            first, second = a @ edge, b @ edge
            if first.max() <= second.min() or second.max() <= first.min():
                return False
    return True


def clashes(sheet: Sheet, drawing: Callable[[], object] | None = None) -> list[str]:
    """Words that lie on others, or reach beyond the paper."""
    return [*_clashes(texts(sheet, drawing))]


def _clashes(found: Written) -> Iterator[str]:
    page = np.array([style.WIDTH, style.HEIGHT])
    for words, at in found:
        if (at < 4).any() or (at > page - 4).any():
            yield f"{words!r} is cut"
    for (a, at), (b, there) in combinations(found, 2):
        if overlap(at, there):
            yield f"{a!r} lies on {b!r}"
