"""Draws by name: uniform and independent, whatever address; each depends on its address alone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, product

import numpy as np
import pytest
from scipy.stats import chi2, kstest, norm

from sim.core import draws
from sim.core.draws import keys, label, labels, pairs, uniforms

Floats = np.ndarray
NAMES = [
    f"{a}{b}{c}" for a, b, c in product("ABCDEFGH", repeat=3)
]  # 512 labels, as alike as can be
WORD = 2**64


def finalised(bits: int) -> int:
    """The finaliser of SplitMix64, on whole numbers."""
    bits = ((bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9) % WORD
    bits = ((bits ^ (bits >> 27)) * 0x94D049BB133111EB) % WORD
    return bits ^ (bits >> 31)


def test_a_draw_is_what_the_equation_says() -> None:
    run_keys, actors = keys(7, [3, 9]), labels(["USA", "RUS"])
    drawn = uniforms(run_keys, "voting.vote", actors, 2, "73/27")
    shared = label("voting.vote", 2, "73/27")
    for run, (first, second) in enumerate(run_keys.tolist()):
        for place, actor in enumerate(actors.tolist()):
            start = (finalised(first ^ shared) + second + actor) % WORD
            u = (finalised(finalised(start)) >> 12) * 2.0**-52 + 2.0**-53
            assert drawn[run, place] == u


def test_labels_hash_alike_on_every_machine() -> None:
    """They are part of every result: these may never change."""
    assert label("voting.reading", "73/27") == 0x4B3F83FFB1E7FDC2
    assert label("USA") == 0x1A14EC1BC49A960E
    assert label("attendance.absence", 2, "73/266") == 0x6B09B190ACAE8082
    assert label("Côte d'Ivoire") == 0xEB919F5DF46674D2
    assert keys(0, [0]).tolist() == [[0x784DFB2CDFF7B411, 0xCA65717F56CF8F57]]


def test_parts_of_an_address_do_not_run_together() -> None:
    apart = [("ab", "c"), ("a", "bc"), ("abc",), ("a", "b", "c"), ("", "abc"), ("abc", "")]
    assert len({label(*parts) for parts in apart}) == len(apart)
    assert label("a", 1) == label("a", "1")  # a session in a file is the session of the model


def test_a_run_is_the_same_alone_in_any_company_and_in_any_order() -> None:
    about = labels(NAMES[:7])
    together = uniforms(keys(1, range(20)), "objections.resolve", about)
    for run in (0, 5, 19):
        assert np.array_equal(
            uniforms(keys(1, [run]), "objections.resolve", about)[0], together[run]
        )
    scattered = uniforms(keys(1, [19, 5, 5]), "objections.resolve", about)
    assert np.array_equal(scattered, together[[19, 5, 5]])


def test_a_label_is_the_same_in_any_company_and_in_any_order() -> None:
    run_keys, about = keys(1, range(5)), labels(NAMES)
    together = uniforms(run_keys, "voting.vote", about, 1, "L.1")
    some = np.array([400, 3, 77])
    assert np.array_equal(
        uniforms(run_keys, "voting.vote", about[some], 1, "L.1"), together[:, some]
    )
    square = uniforms(run_keys, "voting.vote", about.reshape(16, 32), 1, "L.1")
    assert np.array_equal(square.reshape(5, 512), together)


def test_every_part_of_the_address_matters() -> None:
    about, base = labels(NAMES[:50]), ("voting.vote", 1, "L.1")
    others = [("voting.reading", 1, "L.1"), ("voting.vote", 2, "L.1"), ("voting.vote", 1, "L.2")]
    seen = [uniforms(keys(1, [0]), p, about, *shared) for p, *shared in (base, *others)]
    seen += [
        uniforms(keys(root, [run]), base[0], about, *base[1:]) for root, run in ((2, 0), (1, 1))
    ]
    assert len(np.unique(np.concatenate(seen))) == 50 * len(seen)


def test_pairs_have_labels_of_their_own() -> None:
    square = pairs(labels(NAMES[:60]), labels(NAMES[:60]))
    assert len(np.unique(square)) == 60 * 60  # (a, b) is not (b, a), nor (a, a) any other
    assert np.array_equal(
        pairs(labels(["B"]), labels(["C"])), pairs(labels(["A", "B"]), labels(["C"]))[1:]
    )


def test_no_draw_is_0_or_1(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even the first and the last of all: their logarithms must be finite."""
    for word, u in ((0, 2.0**-53), (WORD - 1, 1 - 2.0**-53)):
        monkeypatch.setattr(draws, "_mixed", lambda bits, w=word: np.full_like(bits, w))
        assert uniforms(keys(0, [0]), "voting.vote", labels(["USA"])) == u


def test_no_runs_no_draws() -> None:
    assert keys(0, []).shape == (0, 2)
    assert uniforms(keys(0, []), "voting.vote", labels("ABC")).shape == (0, 3)
    assert uniforms(keys(0, [1, 2]), "worlds.parameter", None, "band").shape == (2,)


# Statistics: at fixed seeds, so none of these fails by chance from day to day. The chance that a
# good generator would have failed at the seed chosen is stated with each.

FALSE_ALARM = 1e-5


def series() -> Iterator[tuple[str, Floats]]:
    """Draws along each part of an address, all else the same."""
    one = labels(["USA"])
    runs, few = keys(0, range(4_000)), keys(0, [0])
    yield "runs", uniforms(runs, "voting.vote", one, 1, "L.1")[:, 0]
    yield (
        "seeds",
        np.array([uniforms(keys(s, [0]), "voting.vote", one)[0, 0] for s in range(4_000)]),
    )
    yield "labels", uniforms(few, "voting.vote", labels(map(str, range(4_000))), 1, "L.1")[0]
    yield "sessions", np.array([uniforms(few, "v.v", one, s, "L.1")[0, 0] for s in range(4_000)])
    yield "drafts", np.array([uniforms(few, "v.v", one, 1, f"L.{d}")[0, 0] for d in range(4_000)])
    yield "purposes", np.array([uniforms(few, f"m{p}.draw", one)[0, 0] for p in range(4_000)])
    yield "pairs", uniforms(few, "v.v", pairs(labels(NAMES[:64]), labels(NAMES[:64])))[0].ravel()


SERIES = dict(series())


@pytest.mark.parametrize("along", SERIES)
def test_draws_are_uniform_along_every_part_of_the_address(along: str) -> None:
    """Kolmogorov-Smirnov, and chi-square in 64 cells; seven of each, 1e-5 a test."""
    drawn = SERIES[along]
    assert 0 < drawn.min() < drawn.max() < 1
    assert kstest(drawn, "uniform").pvalue > FALSE_ALARM
    counted = np.bincount((drawn * 64).astype(int), minlength=64)
    expected = len(drawn) / 64
    assert chi2.sf(((counted - expected) ** 2 / expected).sum(), 63) > FALSE_ALARM


@pytest.mark.parametrize("along", SERIES)
def test_neighbours_are_not_correlated(along: str) -> None:
    """Correlation with the next, the second next and the tenth: z below 4.4, 1e-5 each."""
    drawn = SERIES[along] - 0.5
    for lag in (1, 2, 10):
        z = np.corrcoef(drawn[:-lag], drawn[lag:])[0, 1] * len(drawn) ** 0.5
        assert abs(z) < norm.isf(FALSE_ALARM / 2)


def test_tables_of_draws_of_neighbouring_addresses_are_not_correlated() -> None:
    """A million draws: runs by actors, for two sessions, two drafts, two purposes, two seeds.

    Pairs of tables, of neighbouring rows and of neighbouring columns: thirteen tests at 1e-5.
    """
    about, runs = labels(NAMES), range(400)
    addresses = [("voting.vote", 1, "L.1"), ("voting.vote", 2, "L.1"), ("voting.vote", 1, "L.2"),
                 ("voting.reading", 1, "L.1")]  # fmt: skip
    tables = [uniforms(keys(0, runs), p, about, *shared) for p, *shared in addresses]
    tables.append(uniforms(keys(1, runs), "voting.vote", about, 1, "L.1"))
    beside = [*((one, other) for n, one in enumerate(tables) for other in tables[:n])]
    beside += [(tables[0][1:], tables[0][:-1]), (tables[0][:, 1:], tables[0][:, :-1])]
    beside += [(tables[0][1:, 1:], tables[0][:-1, :-1])]
    for one, other in beside:
        z = ((one - 0.5) * (other - 0.5)).sum() * 12 / one.size**0.5
        assert abs(z) < norm.isf(FALSE_ALARM / 2)


def test_rows_and_columns_have_the_mean_and_spread_of_chance() -> None:
    """No run and no actor is luckier than others: chi-square of their means, 1e-5 each."""
    table = uniforms(keys(3, range(500)), "voting.vote", labels(NAMES), 1, "L.1") - 0.5
    for axis in (0, 1):
        z = table.mean(axis=axis) * (12 * table.shape[axis]) ** 0.5
        tail = chi2.sf((z * z).sum(), len(z))
        assert FALSE_ALARM < tail < 1 - FALSE_ALARM


def drawn_bits(run_keys: np.ndarray, about: np.ndarray) -> np.ndarray:
    """The bits of each draw: (runs, labels, 52)."""
    whole = (uniforms(run_keys, "voting.vote", about) * 2.0**52).astype(np.uint64)
    return (whole[..., None] >> np.arange(52, dtype=np.uint64)) & np.uint64(1)


@pytest.mark.parametrize("word", ["first key", "second key", "label"])
def test_every_bit_of_the_address_flips_half_of_the_bits_drawn(word: str) -> None:
    """64 bits in, 52 out, 2,000 draws: each of 3,328 shares within .5 +- .062, 5.5 sd (1e-4)."""
    rng = np.random.default_rng(5)
    rows, about = rng.integers(0, 2**64, (2_000, 2), dtype=np.uint64), labels(["USA"])
    before = drawn_bits(rows, about)[:, 0]
    for bit in range(64):
        flip = np.uint64(1 << bit)
        other, whom = rows.copy(), about.copy()
        if word == "label":
            whom ^= flip
        else:
            other[:, int(word == "second key")] ^= flip
        share = (drawn_bits(other, whom)[:, 0] != before).mean(axis=0)
        assert np.abs(share - 0.5).max() < 0.062


def test_labels_that_differ_by_a_letter_share_half_of_their_bits() -> None:
    """512 labels, neighbours a letter apart: the mean of 511 x 64 flips within five sd, .014."""
    hashed = [label(name) for name in NAMES]
    flips = [(one ^ other).bit_count() / 64 for one, other in pairwise(hashed)]
    assert np.mean(flips) == pytest.approx(0.5, abs=0.014)
    assert len(set(hashed)) == len(NAMES)
