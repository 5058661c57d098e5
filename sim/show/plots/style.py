"""The house style: one sheet of paper, one palette, one symbol for each decision.

A sheet is 1920 x 1080 with its origin at the top left, so that every figure lays itself out in
the pixels in which it will be seen; no layout engine, no axes to configure, and no pyplot.
Colours are those of Okabe and Ito (Color Universal Design, 2008), and no meaning is carried by
colour alone.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PathCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.markers import MarkerStyle
from matplotlib.path import Path as Outline
from matplotlib.text import Text
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D, IdentityTransform
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from sim.forums.rules import Decision

Floats = npt.NDArray[np.float64]
Colours = str | Sequence[Any] | Floats

BOX = "\u25a1"  # stands for a letter that cannot be drawn
MOST_LETTERS = 20  # that a note names
_UNDRAWN: set[str] = set()
WIDTH, HEIGHT, DPI = 1920, 1080, 100
LEFT, RIGHT, TOP, BOTTOM = 60, WIDTH - 60, 190, HEIGHT - 70  # what is left to a figure
LETTERS = Path(mpl.get_data_path()) / "fonts" / "ttf"
POINT = 72 / DPI  # points in a pixel
INK, QUIET, RULE, SHADE, PAPER = "#1b1f24", "#56606b", "#c9d0d8", "#f1f3f6", "#ffffff"
GREEN, BLUE, SKY, PURPLE = "#009E73", "#0072B2", "#56B4E9", "#CC79A7"
ORANGE, VERMILLION, BLACK, GREY = "#E69F00", "#D55E00", "#000000", "#8A939C"
TITLE, SUBTITLE, BODY, SMALL = 40, 23, 20, 17

HOUSE: Any = {  # rcParams; Any, since matplotlib types their names one by one
    "svg.hashsalt": "plenary",
    "svg.fonttype": "path",
    "path.simplify": True,
    "text.usetex": False,
    "text.hinting": "default",
    "hatch.linewidth": 1.5,
}


class Look(NamedTuple):
    """How one kind of thing is shown: its word, its colour, and its symbol."""

    word: str
    colour: str
    marker: str
    hollow: bool = False
    scale: float = 1.0  # symbols of equal size do not look equally large


LOOKS: dict[Decision, Look] = {
    Decision.SUPPORT: Look("in favour", GREEN, "o"),
    Decision.OPPOSE: Look("against", VERMILLION, "X", scale=1.08),
    Decision.ABSTAIN: Look("abstaining", ORANGE, "^", scale=1.08),
    Decision.ACCEPT: Look("accepting", SKY, "s", scale=0.9),
    Decision.DISSOCIATE: Look("dissociating", PURPLE, "D", scale=0.82),
    Decision.BLOCK: Look("blocking", BLACK, "8", scale=1.05),
    Decision.ABSENT: Look("not voting", GREY, "o", hollow=True, scale=0.8),
}
COMPANY = Look("companies", BLUE, "P", scale=1.05)
CIVIL_SOCIETY = Look("civil society", PURPLE, "p", scale=1.05)


@dataclass(frozen=True)
class Footer:
    """Where a figure comes from: what every one of them says at its foot."""

    scenario: str
    data: str  # the date before which its data lie, or ""
    runs: int
    seed: int
    version: str
    changes: tuple[str, ...] = ()  # what a what-if sets

    def __str__(self) -> str:
        data = f"data before {self.data}" if self.data else "no date given for its data"
        runs = "1 run" if self.runs == 1 else f"{self.runs:,} runs"
        name = f"{self.scenario} with {', '.join(self.changes)}" if self.changes else self.scenario
        from_ = f"{cut(name, 900, SMALL)}  ·  {data}  ·  {runs}"
        return f"{from_}  ·  seed {self.seed}  ·  plenary {self.version}"


class Sheet:
    """A page to draw on, in pixels from the top left; later things lie above earlier ones."""

    def __init__(self, title: str, subtitle: str, about: Footer) -> None:
        self.title, self.subtitle, self.about = title, subtitle, about
        self.figure = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, facecolor=PAPER)
        flip = Affine2D().scale(1 / DPI, -1 / DPI).translate(0, HEIGHT / DPI)
        self._place = flip + self.figure.dpi_scale_trans
        self._header(title, subtitle)
        self.line([[(LEFT, HEIGHT - 48), (RIGHT, HEIGHT - 48)]])
        self.text(LEFT, HEIGHT - 20, str(about), SMALL, QUIET)

    def _header(self, title: str, subtitle: str) -> None:
        wide = RIGHT - LEFT
        size, lines = fitted(title, wide, TITLE, 30)
        y = 70.0 if len(lines) == 1 else 54.0
        for row, line in enumerate(lines):
            self.text(LEFT, y + row * size * 1.2, line, size, bold=True)
        y += (len(lines) - 1) * size * 1.2
        small, said = fitted(subtitle, wide, SUBTITLE, SMALL, most=1)
        self.text(LEFT, y + 42, said[0], small, QUIET)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = BODY,
        colour: str = INK,
        *,
        bold: bool = False,
        align: str = "left",
        turn: float = 0.0,
    ) -> None:
        """Write words with their baseline at (x, y); ``size`` in pixels, ``turn`` in degrees."""
        upright: dict[str, Any] = {
            "va": "baseline",
            "ha": align,
            "rotation": turn,
            "rotation_mode": "anchor",
        }
        text = Text(x, y, drawable(words), color=colour, fontproperties=font(size, bold), **upright)
        text.set_parse_math(False)
        self._add(text)

    def letters(
        self, xy: npt.ArrayLike, words: Sequence[str], size: float, colour: str = INK
    ) -> None:
        """Write many short words at once, each with its baseline starting at its point (n, 2).

        A letter is set once for all its places, which takes a tenth of the time of `text`.
        """
        places: dict[str, list[tuple[float, float]]] = {}
        said = map(drawable, words)
        for (x, y), word in zip(np.asarray(xy, dtype=float), said, strict=True):
            for end, letter in enumerate(word):
                places.setdefault(letter, []).append((x + width(word[:end], size), y))
        for letter, points in places.items():
            self._scatter(glyph(letter), size * POINT, points, facecolors=colour, linewidths=0)

    def marks(
        self,
        xy: npt.ArrayLike,
        look: Look,
        size: float,
        fill: Colours | None = None,
        edge: float = 1.6,
    ) -> None:
        """Put a symbol, ``size`` pixels wide, at each point (n, 2); ``fill`` may pale it."""
        face: Colours = PAPER if look.hollow else look.colour
        points = size * look.scale * POINT
        if not look.hollow and fill is not None:
            face = fill
        edges = {"edgecolors": look.colour, "linewidths": edge * POINT}
        self._scatter(symbol(look.marker), points, xy, facecolors=face, **edges)

    def _scatter(self, shape: Outline, points: float, xy: npt.ArrayLike, **paint: Any) -> None:
        where = np.asarray(xy, dtype=float).reshape(-1, 2)
        many = PathCollection(
            [shape], [points**2], offsets=where, offset_transform=self._place, **paint
        )
        self._add(many, sized=True)

    def area(
        self,
        corners: Sequence[npt.ArrayLike],
        face: Colours = SHADE,
        edge: Colours = "none",
        *,
        width: float = 1.0,
        alpha: float | None = None,
        hatch: str | None = None,
    ) -> None:
        """Fill polygons, each (points, 2)."""
        shapes = [np.asarray(c, dtype=float) for c in corners]
        style: dict[str, Any] = {
            "facecolors": face,
            "edgecolors": edge,
            "alpha": alpha,
            "hatch": hatch,
        }
        self._add(PolyCollection(shapes, linewidths=width * POINT, **style))

    def line(
        self,
        paths: Sequence[npt.ArrayLike],
        colour: Colours = RULE,
        width: float = 1.5,
        *,
        dashes: tuple[float, float] | None = None,
    ) -> None:
        """Draw lines, each (points, 2)."""
        dash: Any = (0, dashes) if dashes else "solid"
        shapes = [np.asarray(p, dtype=float) for p in paths]
        self._add(
            LineCollection(shapes, colors=colour, linewidths=width * POINT, linestyles=[dash])
        )

    def _add(self, artist: Artist, *, sized: bool = False) -> None:
        artist.set_zorder(len(self.figure.get_children()))
        artist.set_transform(IdentityTransform() if sized else self._place)
        self.figure.add_artist(artist)

    def save(self, file: Path) -> Path:
        """Write the sheet as .png or .svg, whole or not at all; equal sheets give equal bytes.

        Raises:
            OSError: the file cannot be written.
        """
        write = self._svg if file.suffix == ".svg" else self._png
        with whole(file) as part:
            write(part)
        return file

    def pixels(self) -> npt.NDArray[np.uint8]:
        """Draw it: (1080, 1920, 3)."""
        canvas: Any = FigureCanvasAgg(self.figure)
        with mpl.rc_context(HOUSE):
            canvas.draw()
        seen: npt.NDArray[np.uint8] = np.asarray(canvas.buffer_rgba())[:, :, :3]
        return seen

    def _png(self, file: Path) -> None:
        # Not print_png: it writes matplotlib's version into the file and takes four times as long.
        said = PngInfo()  # what it shows goes with the file, for those who cannot see it
        said.add_itxt("Title", self.title)
        said.add_itxt("Description", self.subtitle)
        image = Image.fromarray(np.ascontiguousarray(self.pixels()))
        image.save(file, "PNG", compress_level=4, pnginfo=said)

    def _svg(self, file: Path) -> None:
        from matplotlib.backends.backend_svg import FigureCanvasSVG

        canvas: Any = FigureCanvasSVG(self.figure)
        with mpl.rc_context(HOUSE):
            canvas.print_svg(file, metadata={"Date": None, "Creator": None})


@contextlib.contextmanager
def whole(file: Path) -> Iterator[Path]:
    """Give a name beside ``file`` to write to; it takes the file's place if all went well."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".drawing-") as folder:
        part = Path(folder) / file.name
        yield part
        part.replace(file)


@cache
def font(size: float, bold: bool = False) -> FontProperties:
    """Return the house's letters, ``size`` pixels high."""
    # By file: a search by name would be made again for every size, and differ between machines.
    file = LETTERS / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")
    return FontProperties(fname=file, size=size * POINT)


def drawable(words: str) -> str:
    """Put a box for each letter that the house's letters lack; `undrawn` tells which they were."""
    known = _letters()
    lacking = {c for c in words if ord(c) not in known and c != "\n"}
    if not lacking:
        return words
    _UNDRAWN.update(lacking)
    return "".join(BOX if c in lacking else c for c in words)


def undrawn() -> str:
    """Say which letters were drawn as boxes since this was last asked; "" if none were."""
    letters = " ".join(sorted(_UNDRAWN)[:MOST_LETTERS])
    more = ", and others" if len(_UNDRAWN) > MOST_LETTERS else ""
    _UNDRAWN.clear()
    return f"figures show a box for letters that DejaVu Sans lacks: {letters}{more}" * bool(letters)


@cache
def _letters() -> frozenset[int]:
    """What both weights of the house's letters can show, by number."""
    files = (LETTERS / "DejaVuSans.ttf", LETTERS / "DejaVuSans-Bold.ttf")
    regular, bold = (frozenset(get_font(file).get_charmap()) for file in files)
    return regular & bold


@cache
def symbol(marker: str) -> Outline:
    """Return a marker's outline, about one point wide."""
    style = MarkerStyle(marker)
    return style.get_path().transformed(style.get_transform())


@cache
def glyph(letter: str) -> Outline:
    """Return a letter's outline, its em one point high."""
    corners, codes = text_to_path.get_text_path(font(100 / POINT), letter)
    return Outline(np.reshape(corners, (-1, 2)) / 100, codes)


@cache
def width(words: str, size: float, bold: bool = False) -> float:
    """Measure words in pixels."""
    said = drawable(words)
    wide, _, _ = text_to_path.get_text_width_height_descent(said, font(100, bold), False)
    return float(wide) / POINT * size / 100


def fitted(
    words: str, wide: float, size: float, least: float, *, most: int = 2, bold: bool = True
) -> tuple[float, list[str]]:
    """Make words fit: smaller down to ``least`` pixels, then on up to ``most`` lines, then cut."""
    natural = width(words, size, bold)
    if natural * least / size <= wide:
        return min(size, size * wide / max(natural, 1.0)), [words]
    return least, wrapped(words, wide, least, most=most, bold=bold)


def wrapped(words: str, wide: float, size: float, *, most: int, bold: bool = False) -> list[str]:
    """Break words into at most ``most`` lines of ``wide`` pixels; the last is cut if need be."""
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width(longer, size, bold) > wide:
            lines.append(word)
        else:
            lines[-1] = longer
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return [cut(line, wide, size, bold=bold) for line in lines]


def cut(words: str, wide: float, size: float, *, bold: bool = False) -> str:
    """Shorten words to ``wide`` pixels, with an ellipsis where something is left out."""
    if width(words, size, bold) <= wide:
        return words
    keep = len(words)
    while keep and width(words[:keep].rstrip() + "…", size, bold) > wide:
        keep = min(keep - 1, int(keep * 0.97))
    return words[:keep].rstrip() + "…"


def paled(colour: str, sure: Floats) -> Floats:
    """Mix a colour with paper, more so the less ``sure`` (n,) on 0-1: (n, 3)."""
    full = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return 1 - sure[:, None] * (1 - full)


def box(x: float, y: float, wide: float, high: float) -> Floats:
    """Return the corners of a rectangle from its top left."""
    return np.array([(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)], dtype=float)
