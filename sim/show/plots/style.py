"""The house style: one sheet of paper, one palette, one symbol for each decision.

A sheet is 1920 x 1080 pixels: a title that says what is found, a figure that Matplotlib lays out,
and a foot that says where it comes from. What is drawn in ``with Sheet(...) as sheet`` has the
look of ``house.mplstyle``. No meaning is carried by colour alone. There is no pyplot.
"""

from __future__ import annotations

import contextlib
import re
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, Self, cast

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PathCollection, PolyCollection
from matplotlib.figure import Figure, SubFigure
from matplotlib.font_manager import FontProperties
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.path import Path as Outline
from matplotlib.textpath import text_to_path
from matplotlib.transforms import IdentityTransform
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from sim.forums.rules import Decision
from sim.show import words as said

Floats = npt.NDArray[np.float64]
Colours = str | Sequence[Any] | Floats

HOUSE: Any = mpl.rc_params_from_file(Path(__file__).with_name("house.mplstyle"), False, False)
SERIES: tuple[dict[str, Any], ...] = tuple(  # lines are told apart by colour and symbol
    {**colour, "marker": marker}
    for colour, marker in zip(HOUSE["axes.prop_cycle"], "os^DvPX8", strict=True)
)
WIDTH, HEIGHT, DPI = 1920, 1080, 100
LEFT, RIGHT, TOP, BOTTOM = 60, WIDTH - 60, 165, HEIGHT - 62  # what is left to a figure
POINT = 72 / DPI  # points in a pixel
INK, QUIET, RULE, SHADE, PAPER = "#1b1f24", "#56606b", "#c9d0d8", "#f1f3f6", "#ffffff"
GREEN, BLUE, SKY, PURPLE = "#009E73", "#0072B2", "#56B4E9", "#CC79A7"
ORANGE, VERMILLION, BLACK, GREY = "#E69F00", "#D55E00", "#000000", "#8A939C"
TITLE, SUBTITLE, BODY, SMALL = 40, 23, 20, 17
MOST_LETTERS = 20  # that a note names
LACKING = re.compile(r"Glyph (\d+) ")  # what Matplotlib warns of, by number
_UNDRAWN: set[str] = set()


class Look(NamedTuple):
    """How one kind of thing is shown: its word, its colour, and its symbol."""

    word: str
    colour: str
    marker: str
    hollow: bool = False
    scale: float = 1.0  # symbols of equal size do not look equally large

    def many(self, size: float, fill: Colours | None = None) -> dict[str, Any]:
        """Of many symbols, ``size`` pixels wide, as `Axes.scatter` takes it."""
        face = PAPER if self.hollow else self.colour if fill is None else fill
        area = (size * self.scale * POINT) ** 2
        return {"marker": self.marker, "s": area, "facecolors": face, "edgecolors": self.colour}

    def sign(self, size: float = 20) -> Line2D:
        """Its symbol with its word, for a legend."""
        face = PAPER if self.hollow else self.colour
        return Line2D(
            [], [], ls="", marker=self.marker, ms=size * self.scale * POINT, mfc=face,
            mec=self.colour, label=self.word,
        )  # fmt: skip


COLOURS: dict[Decision, tuple[str, str, float]] = {
    Decision.SUPPORT: (GREEN, "o", 1.0),
    Decision.OPPOSE: (VERMILLION, "X", 1.08),
    Decision.ABSTAIN: (ORANGE, "^", 1.08),
    Decision.ACCEPT: (SKY, "s", 0.9),
    Decision.DISSOCIATE: (PURPLE, "D", 0.82),
    Decision.BLOCK: (BLACK, "8", 1.05),
    Decision.ABSENT: (GREY, "o", 0.8),
}
LOOKS: dict[Decision, Look] = {
    kind: Look(said.DECISION[kind], colour, marker, kind == Decision.ABSENT, scale)
    for kind, (colour, marker, scale) in COLOURS.items()
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
    """A page with a title, a figure in the house style, and a foot.

    Matplotlib lays out what is added to its ``body``, between the title and the foot.
    """

    def __init__(self, title: str, subtitle: str, about: Footer) -> None:
        self.title, self.subtitle, self.about = title, subtitle, about
        self._house = contextlib.ExitStack()
        with self:
            layout = ConstrainedLayoutEngine(w_pad=0.08, h_pad=0.08, wspace=0.02, hspace=0.03)
            self.figure = Figure(layout=layout)
            # Between title and foot: the body, and its legends.
            self._between = cast(SubFigure, self.figure.subfigures())
            self.body = cast(SubFigure, self._between.subfigures())
        self.within(BOTTOM - TOP)
        wide = RIGHT - LEFT
        size, lines = fitted(title, wide, TITLE, 30)
        y = 70.0 if len(lines) == 1 else 54.0
        for row, line in enumerate(lines):
            self.text(LEFT, y + row * size * 1.2, line, size, bold=True)
        small, told = fitted(subtitle, wide, SUBTITLE, SMALL, most=2, bold=False)
        y += (len(lines) - 1) * size * 1.2 + (42 if len(told) == 1 else 34)
        for row, line in enumerate(told):
            self.text(LEFT, y + row * 22, line, small, QUIET)
        self.line([[(LEFT, HEIGHT - 48), (RIGHT, HEIGHT - 48)]])
        self.text(LEFT, HEIGHT - 20, str(about), SMALL, QUIET)

    def __enter__(self) -> Self:
        self._house.enter_context(mpl.rc_context(HOUSE))
        return self

    def __exit__(self, *failure: object) -> None:
        self._house.close()

    def within(self, high: float) -> None:
        """Give the figure only so many pixels from the top."""
        high = min(high, BOTTOM - TOP)
        engine: Any = self.figure.get_layout_engine()
        rect = (LEFT / WIDTH, 1 - (TOP + high) / HEIGHT, (RIGHT - LEFT) / WIDTH, high / HEIGHT)
        engine.set(rect=rect)

    def panels(self, count: int, columns: int = 5, *, sharex: bool = True) -> list[Axes]:
        """Axes in rows of at most so many, by default with the same scales."""
        rows = -(-count // columns) if count > min(4, columns) else 1
        across = -(-max(count, 1) // rows)
        grid = self.body.subplots(rows, across, squeeze=False, sharex=sharex, sharey=True)
        for empty in grid.flat[count:]:
            empty.remove()
        for above in grid[:-1].flat[max(0, count - across) :]:
            above.tick_params(labelbottom=True)  # nothing stands below it
        return [*grid.flat[:count]]

    def legend(self, signs: Sequence[Artist] = (), **said: Any) -> None:
        """Write what the signs mean in a row at the foot, or where ``said`` puts it.

        Without ``signs``, all that is labelled in the figure, each word once.
        """
        named = {sign.get_label(): sign for sign in signs}
        for axes in () if signs else self.figure.axes:
            named |= dict(zip(*reversed(axes.get_legend_handles_labels()), strict=True))
        if not named:
            return
        where: Any = {"loc": "outside lower left", "ncols": _columns([str(word) for word in named])}
        self._between.legend(handles=[*named.values()], **{**where, **said})

    @cached_property
    def paper(self) -> Axes:
        """The whole sheet, in pixels from the top left: for what no scale measures."""
        axes = self.figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0))
        axes.set_axis_off()
        axes.set_in_layout(False)
        return axes

    def text(
        self, x: float, y: float, words: str, size: float = BODY, colour: str = INK, *,
        bold: bool = False, align: Any = "left", turn: float = 0.0,
    ) -> None:  # fmt: skip
        """Write words with their baseline at (x, y); ``size`` in pixels, ``turn`` in degrees."""
        self.paper.text(
            x, y, words, color=colour, fontproperties=font(size, bold), ha=align, va="baseline",
            rotation=turn, rotation_mode="anchor", parse_math=False,
        )  # fmt: skip

    def marks(
        self, xy: npt.ArrayLike, look: Look, size: float, fill: Colours | None = None,
        edge: float = 1.6,
    ) -> None:  # fmt: skip
        """Put a symbol, ``size`` pixels wide, at each point (n, 2); ``fill`` may pale it."""
        where = np.asarray(xy, dtype=float).reshape(-1, 2)
        if not len(where):
            return
        self.paper.scatter(*where.T, linewidths=edge * POINT, zorder=2, **look.many(size, fill))

    def area(
        self, corners: Sequence[npt.ArrayLike], face: Colours = SHADE, edge: Colours = "none", *,
        width: float = 1.0,
    ) -> None:  # fmt: skip
        """Fill polygons, each (points, 2)."""
        shapes = [np.asarray(c, dtype=float) for c in corners]
        paint: dict[str, Any] = {"facecolors": face, "edgecolors": edge, "zorder": 1}
        self.paper.add_collection(PolyCollection(shapes, linewidths=width * POINT, **paint))

    def line(
        self, paths: Sequence[npt.ArrayLike], colour: Colours = RULE, width: float = 1.5
    ) -> None:
        """Draw lines, each (points, 2)."""
        shapes = [np.asarray(p, dtype=float) for p in paths]
        self.paper.add_collection(
            LineCollection(shapes, colors=colour, linewidths=width * POINT, zorder=1)
        )

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
        with self._drawing():
            canvas.draw()
        seen: npt.NDArray[np.uint8] = np.asarray(canvas.buffer_rgba())[:, :, :3]
        return seen

    def settled(self) -> None:
        """Lay the figure out now, for what is placed by where the rest came to lie."""
        FigureCanvasAgg(self.figure)
        with self._drawing():
            self.figure.draw_without_rendering()

    @contextlib.contextmanager
    def _drawing(self) -> Iterator[None]:
        if not any(axes.get_subplotspec() for axes in self.figure.axes):
            self.figure.set_layout_engine("none")  # there is nothing to lay out
        with self, _lacking():
            yield

    def _png(self, file: Path) -> None:
        # Not print_png: it writes matplotlib's version into the file and takes four times as long.
        about = PngInfo()  # what it shows goes with the file, for those who cannot see it
        about.add_itxt("Title", self.title)
        about.add_itxt("Description", self.subtitle)
        image = Image.fromarray(np.ascontiguousarray(self.pixels()))
        image.save(file, "PNG", compress_level=4, pnginfo=about)

    def _svg(self, file: Path) -> None:
        from matplotlib.backends.backend_svg import FigureCanvasSVG

        canvas: Any = FigureCanvasSVG(self.figure)
        with self._drawing():
            canvas.print_svg(file, metadata={"Date": None, "Creator": None})


def _columns(named: Sequence[str]) -> int:
    """How many signs of a legend stand side by side."""
    every = [width(word, SMALL) + 75 for word in named]
    return len(every) if sum(every) < RIGHT - LEFT else max(1, int((RIGHT - LEFT) / max(every)))


@contextlib.contextmanager
def _lacking() -> Iterator[None]:
    """Keep what Matplotlib says of letters that it cannot draw: it draws a box for each."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        yield
    for one in told:
        found = LACKING.match(str(one.message))
        if found:
            _UNDRAWN.add(chr(int(found[1])))
        else:
            warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)


def undrawn() -> str:
    """Say which letters were drawn as boxes since this was last asked; "" if none were."""
    letters = " ".join(sorted(_UNDRAWN)[:MOST_LETTERS])
    more = ", and others" if len(_UNDRAWN) > MOST_LETTERS else ""
    _UNDRAWN.clear()
    return f"figures show a box for letters that DejaVu Sans lacks: {letters}{more}" * bool(letters)


@contextlib.contextmanager
def whole(file: Path) -> Iterator[Path]:
    """Give a name beside ``file`` to write to; it takes the file's place if all went well."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".drawing-") as folder:
        part = Path(folder) / file.name
        yield part
        part.replace(file)


def filed(words: str, of: str = "", longest: int = 80, *, shared: bool = False) -> str:
    """Make words part of a file's name: letters, digits, points and lines.

    What is longer than so many bytes, or ``shared`` with another, ends in a digest of ``of``.
    """
    safe = "".join(c if c.isalnum() or c in "._" else "-" for c in words)
    if not shared and len(safe.encode()) <= longest:
        return safe
    short = safe.encode()[:longest].decode(errors="ignore")
    return f"{short}-{sha256((of or words).encode()).hexdigest()[:8]}"


@cache
def font(size: float, bold: bool = False) -> FontProperties:
    """Return the house's letters, ``size`` pixels high."""
    weight = "bold" if bold else "normal"
    return FontProperties(family="DejaVu Sans", weight=weight, size=size * POINT)


def letters(axes: Axes, xy: npt.ArrayLike, words: Sequence[str], size: float) -> None:
    """Write many short words at once, each starting at its point (n, 2) on a scale of pixels.

    A letter is set once for all its places, which takes a tenth of the time of `Axes.text`.
    """
    places: dict[str, list[tuple[float, float]]] = {}
    for (x, y), word in zip(np.asarray(xy, dtype=float), words, strict=True):
        for end, letter in enumerate(word):
            places.setdefault(letter, []).append((x + width(word[:end], size), y))
    for letter, points in places.items():
        area = [(size * POINT) ** 2]
        shape = PathCollection(
            [_outline(letter)], area, offsets=points, offset_transform=axes.transData,
            facecolors=INK, linewidths=0, zorder=3,
        )  # fmt: skip
        shape.set_transform(IdentityTransform())  # its size is in points, wherever it is
        axes.add_collection(shape)


@cache
def _outline(letter: str) -> Outline:
    """A letter's outline, its em one point high."""
    with _lacking():
        corners, codes = text_to_path.get_text_path(font(100 / POINT), letter)
    return Outline(np.reshape(corners, (-1, 2)) / 100, codes)


@cache
def width(words: str, size: float, bold: bool = False) -> float:
    """Measure words in pixels."""
    with _lacking():
        wide, _, _ = text_to_path.get_text_width_height_descent(words, font(100, bold), False)
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


def cut(words: str, wide: float, size: float, *, bold: bool = False, end: bool = False) -> str:
    """Shorten words to ``wide`` pixels, with an ellipsis where something is left out.

    What is kept is their beginning, or their ``end``.
    """
    if width(words, size, bold) <= wide:
        return words
    keep = len(words)
    while keep and width(_kept(words, keep, end), size, bold) > wide:
        keep = min(keep - 1, int(keep * 0.97))
    return _kept(words, keep, end)


def _kept(words: str, keep: int, end: bool) -> str:
    if end:
        return "…" + words[len(words) - keep :].lstrip()
    return words[:keep].rstrip() + "…"


def told_apart(texts: Sequence[str], wide: float, size: float, most: int = 1) -> list[str]:
    """Break and shorten texts so that no two that differ become the same.

    At their end; or at their beginning, where they would then be the same; else with a number.
    """
    for end in (False, True):
        room = wide * (most - 0.15 * (most > 1))  # words do not fill every line
        short = [cut(text, room, size, end=end) for text in texts]
        if len(set(short)) == len(set(texts)):
            break
    else:
        number = {text: place for place, text in enumerate(dict.fromkeys(texts), 1)}
        short = [f"{number[text]}: {cut(text, room - 60, size)}" for text in texts]
    return ["\n".join(wrapped(text, wide, size, most=most)) for text in short]


def paled(colour: str, sure: Floats) -> Floats:
    """Mix a colour with paper, more so the less ``sure`` (n,) on 0-1: (n, 3)."""
    full = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return 1 - sure[:, None] * (1 - full)


def box(x: float, y: float, wide: float, high: float) -> Floats:
    """Return the corners of a rectangle from its top left."""
    return np.array([(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)], dtype=float)
