"""What ``group EU`` means: the scenario's word before its actors', and theirs before ours."""

from __future__ import annotations

from sim import countries
from sim.scenario import groups
from sim.scenario.schema import Actor


def states(**belongs: tuple[str, ...]) -> dict[str, Actor]:
    return {id_: Actor(kind="state", groups=names) for id_, names in belongs.items()}


def test_shipped_groups_hold_members_of_the_united_nations_only() -> None:
    shipped = groups.shipped_groups()
    assert {"EU", "ASEAN", "AU", "NATO", "G77", "P5", "WEOG"} <= shipped.keys()
    assert len(shipped["EU"]) == 27
    assert all(set(ids) <= countries.names().keys() for ids in shipped.values())
    regional = ("African", "Asia-Pacific", "EEG", "GRULAC", "WEOG")
    assert sum(len(shipped[name]) for name in regional) == 193


def test_a_group_lists_who_is_here_in_the_order_of_the_actors() -> None:
    assert groups.all_groups({}, states(FRA=(), USA=(), DEU=()))["EU"] == ("FRA", "DEU")


def test_actors_own_groups_come_before_the_shipped_ones() -> None:
    then = states(GBR=("eu",), FRA=("eu",), DEU=())
    assert groups.all_groups({}, then)["EU"] == ("GBR", "FRA")


def test_the_scenarios_own_groups_come_first() -> None:
    actors = states(GBR=("EU",), FRA=("EU",))
    assert groups.all_groups({"EU": ["FRA"], "Two": ["GBR", "USA"]}, actors)["EU"] == ("FRA",)
    assert groups.all_groups({"Two": ["GBR", "USA"]}, actors)["Two"] == ("GBR",)


def test_a_group_is_found_whatever_its_case() -> None:
    assert groups.find("asean", groups.shipped_groups()) == "ASEAN"
    assert groups.find("nowhere", groups.shipped_groups()) == ""
