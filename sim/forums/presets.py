"""Rules of procedure of real forums, each with where its rule is written.

Where a source is marked "unverified", the rule is common knowledge not yet checked against
the document itself.
"""

from __future__ import annotations

from sim.forums.rules import Rules

# Its members in the United Nations; the others are Hong Kong and Chinese Taipei. General knowledge.
APEC = (
    *("AUS", "BRN", "CAN", "CHL", "CHN", "IDN", "JPN", "KOR", "MEX", "MYS"),
    *("NZL", "PER", "PHL", "PNG", "RUS", "SGP", "THA", "USA", "VNM"),
)

PRESETS: dict[str, Rules] = {
    "un_general_assembly": Rules(
        title="UN General Assembly",
        vote="present_and_voting",
        access="consultative",
        source="Charter Art. 18(3): majority of members present and voting; GA rules 85-86: "
        "abstaining counts as not voting; rule 67: a majority must be present (unverified)",
        quorum=0.5,
    ),
    "ad_hoc_committee": Rules(
        title="Ad hoc committee: consensus first, then two thirds",
        consensus=True,
        vote="present_and_voting",
        majority=2 / 3,
        more_than=False,
        quorum=0.5,
        restraint=0.5,
        drafting="chair",
        access="open",
        source="A/RES/75/282: consensus; failing that, two thirds of those present and voting",
    ),
    "open_ended_working_group": Rules(
        title="Open-ended working group of all members",
        consensus=True,
        restraint=0.5,
        drafting="chair",
        access="consultative",
        source="A/RES/73/27 OP5: acting on a consensus basis",
    ),
    "group_of_governmental_experts": Rules(
        title="Group of governmental experts",
        consensus=True,
        restraint=0.0,
        drafting="chair",
        access="closed",
        source="consensus of 15 to 25 experts; one objector, no report (justsecurity.org/42768)",
    ),
    "council_with_vetoes": Rules(
        title="Council of fifteen with vetoes",
        vote="members",
        majority=9 / 15,
        more_than=False,
        vetoes=("CHN", "FRA", "GBR", "RUS", "USA"),
        access="closed",
        source="Charter Art. 27: nine affirmative votes and no veto of a permanent member",
    ),
    "double_majority": Rules(
        title="Double majority of members and of population",
        vote="members",
        majority=0.55,
        more_than=False,
        weight_share=0.65,
        blocking_minority=4,
        access="closed",
        source="Treaty on European Union Art. 16(4): 55% of members, 65% of population, and at "
        "least four members to block",
    ),
    "simple_majority": Rules(
        title="Simple majority of those present and voting",
        vote="present_and_voting",
        source="generic: more in favour than against",
    ),
    "two_thirds": Rules(
        title="Two thirds of those present and voting",
        vote="present_and_voting",
        majority=2 / 3,
        more_than=False,
        source="generic; GA rule 84 for important questions",
    ),
    "consensus": Rules(
        title="Consensus",
        consensus=True,
        drafting="chair",
        source="generic: absence of formal objection",
    ),
    "unanimity": Rules(
        title="Unanimity of members",
        vote="members",
        majority=1.0,
        more_than=False,
        source="generic: every member in favour",
    ),
    "global_mechanism": Rules(
        title="UN Global Mechanism on ICT security, from 2026",
        consensus=True,
        restraint=0.5,
        drafting="chair",
        access="consultative",
        source="A/80/257, annex, endorsed by A/RES/80/16: a single track of all members, acting by"
        " consensus (details unverified)",
    ),
    "itu_conference": Rules(
        title="Conference of the International Telecommunication Union",
        consensus=True,
        vote="present_and_voting",
        quorum=0.5,
        restraint=0.5,
        drafting="chair",
        access="consultative",
        source="General Rules of conferences of the Union: as a rule without a vote, else a"
        " majority of those present and voting (unverified); a treaty binds who signs it",
    ),
    "human_rights_council": Rules(
        title="Human Rights Council",
        consensus=True,
        vote="present_and_voting",
        quorum=0.5,
        restraint=0.5,
        drafting="sponsors",
        access="consultative",
        source="A/HRC/RES/5/1, rules of procedure: a simple majority of those present and voting,"
        " after efforts to do without a vote (unverified); its 47 members change by a third a year",
    ),
    "osce": Rules(
        title="Permanent Council of the OSCE",
        consensus=True,
        restraint=0.5,
        drafting="chair",
        access="closed",
        members=("group OSCE",),
        source="consensus of the participating states (unverified); Decisions 1106 (2013) and 1202"
        " (2016) of the Permanent Council, as ccdcoe.org tells",
    ),
    "nato": Rules(
        title="North Atlantic Council, by silence",
        consensus=True,
        silence=True,
        restraint=0.5,
        drafting="chair",
        access="closed",
        members=("group NATO",),
        source="consensus by a silence procedure (unverified)",
    ),
    "asean": Rules(
        title="ASEAN ministerial conference",
        consensus=True,
        restraint=0.5,
        drafting="chair",
        access="closed",
        members=("group ASEAN",),
        source="ASEAN Charter Art. 20: consultation and consensus (unverified)",
    ),
    "oas": Rules(
        title="Organization of American States",
        consensus=True,
        vote="members",
        quorum=1 / 3,
        restraint=0.5,
        drafting="chair",
        access="consultative",
        members=("group OAS",),
        source="consensus sought first, else a majority of member states (unverified)",
    ),
    "apec": Rules(
        title="APEC ministers",
        consensus=True,
        restraint=0.5,
        drafting="chair",
        access="consultative",
        members=APEC,
        source="consensus, and commitments that bind nobody (unverified)",
    ),
    "g7": Rules(
        title="Group of Seven",
        consensus=True,
        restraint=0.5,
        drafting="chair",
        access="closed",
        members=("group G7",),
        source="consensus of the seven, under a presidency (unverified)",
    ),
    "g20": Rules(
        title="Group of Twenty",
        consensus=True,
        restraint=0.5,
        drafting="chair",
        access="closed",
        members=("group G20",),
        source="consensus under a presidency; one member can stay outside a track (Osaka 2019)",
    ),
    "eu_council": Rules(
        title="Council of the European Union, by qualified majority",
        vote="members",
        majority=0.55,
        more_than=False,
        weight_share=0.65,
        blocking_minority=4,
        access="closed",
        members=("group EU",),
        source="Treaty on European Union Art. 16(4); weights are the members' populations",
    ),
    "eu_foreign_policy": Rules(
        title="Council of the European Union, foreign and security policy",
        vote="present_and_voting",
        majority=1.0,
        more_than=False,
        access="closed",
        members=("group EU",),
        source="Treaty on European Union Art. 31(1): unanimity, and who abstains does not prevent"
        " it; that a third of the members who abstain do is not represented",
    ),
    "plurilateral": Rules(
        title="Plurilateral talks within the WTO",
        consensus=True,
        restraint=0.5,
        drafting="chair",
        access="closed",
        source="consensus of those who take part; to be part of the WTO's own treaties, of all"
        " members (Marrakesh Agreement Art. X.9)",
    ),
}
