"""Country names: the 193 members under every name that people write."""

from __future__ import annotations

import pytest

from sim import countries


def test_there_are_193_members_each_with_a_code_and_a_name() -> None:
    known = countries.names()
    assert len(known) == 193
    assert all(len(code) == 3 and code.isupper() and name for code, name in known.items())


def test_no_name_stands_for_two_countries() -> None:
    meant: dict[str, set[str]] = {}
    for row in countries._rows():
        for word in countries._words(row):
            meant.setdefault(countries._key(word), set()).add(row["iso3"])
    assert {word: codes for word, codes in meant.items() if len(codes) > 1} == {}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("NOR", "NOR"),
        ("nor", "NOR"),
        ("Norway", "NOR"),
        ("USA", "USA"),
        ("U.S.", "USA"),
        ("united states", "USA"),
        ("The United States of America", "USA"),
        ("UK", "GBR"),
        ("Russia", "RUS"),
        ("South Korea", "KOR"),
        ("North Korea", "PRK"),
        ("Turkey", "TUR"),
        ("Turkiye", "TUR"),
        ("Ivory Coast", "CIV"),
        ("Cote d'Ivoire", "CIV"),
        ("Côte d\u2019Ivoire", "CIV"),
        ("Swaziland", "SWZ"),
        ("Burma", "MMR"),
        ("Phillipines", "PHL"),
        ("St. Lucia", "LCA"),
        ("Bosnia & Herzegovina", "BIH"),
        ("the Gambia", "GMB"),
        ("UA", "UKR"),
        ("NO", "NOR"),
        ("AU", "AUS"),
        ("Gambia (Islamic Republic of the)", "GMB"),
        ("IRAN (ISLAMIC REPUBLIC OF)", "IRN"),
        ("Korea, Democratic People's Republic of", "PRK"),
        ("Congo, Dem. Rep.", "COD"),
        ("Zaire", "COD"),
        ("Republic of Poland", "POL"),
    ],
)
def test_common_names_are_understood(name: str, code: str) -> None:
    assert countries.code(name) == code


@pytest.mark.parametrize("word", ["no", "on", "in", "EU", "Atlantis", "", "the", "ACME"])
def test_other_words_are_no_country(word: str) -> None:
    assert countries.code(word) is None


def test_a_name_is_given_back_by_its_code_and_an_unknown_code_as_it_is() -> None:
    assert countries.name("VNM") == "Viet Nam"
    assert countries.name("ACME") == "ACME"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("Norwya", "Norway"),
        ("Untied States", "United States"),
        ("Gambia (Islamic Repblic of the)", "Gambia"),
        ("Iran, Islmic Republic of", "Iran (Islamic Republic of)"),
        ("Xyzzy", ""),
    ],
)
def test_a_misspelt_country_finds_the_nearest(wrong: str, right: str) -> None:
    assert countries.near(wrong) == right


def test_a_rightly_spelt_country_that_is_absent_is_not_corrected() -> None:
    assert countries.near_actor("CHN", ["CHE", "CHL"]) == ""
    assert countries.near_actor("UAS", ["USA", "RUS"]) == "USA"
    assert countries.near_actor("Norwya", ["NOR"]) == "Norway"


@pytest.mark.parametrize(
    ("text", "what", "meant"),
    [
        ("SUN", "the Soviet Union, which ended in 1991", "Russian Federation"),
        ("Yugoslavia", "which ended in 2003", "Serbia"),
        ("CSK", "Czechoslovakia, which ended", ""),
        ("German Democratic Republic", "which ended in 1990", "Germany"),
        ("England", "England is a part of the United Kingdom", "United Kingdom"),
        ("EU", "EU is the European Union, a bloc and no state", "group EU"),
        ("Holy See", "observer", ""),
    ],
)
def test_what_is_no_member_is_named_for_what_it_is(text: str, what: str, meant: str) -> None:
    assert countries.code(text) is None
    assert what in countries.about(text)
    assert countries.near(text) == meant
    assert countries.near_actor(text, ["SUR", "YEM", "EST"]) == meant


def test_what_is_no_member_is_no_name_of_one_and_means_one_that_is_there() -> None:
    assert not countries._strangers().keys() & countries._codes().keys()
    assert not countries._short_strangers().keys() & countries._short_codes().keys()
    for known in countries._strangers().values():
        assert not known.meant or known.meant.startswith("group ") or countries.code(known.meant)
        assert not known.seat or known.seat in countries.names()


def test_codes_of_two_letters_and_numbers_are_each_of_one_member() -> None:
    rows = countries._rows()
    assert len({row["iso2"] for row in rows}) == len({row["cow"] for row in rows}) == 193
    assert countries.by_number("2") == "USA"
    assert countries.by_number("265") == "DDR"
