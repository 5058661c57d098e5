"""Rules of procedure of real forums, each with where its rule is written.

Where a source is marked "unverified", the rule is common knowledge not yet checked against
the document itself.
"""

from __future__ import annotations

from sim.forums.rules import Rules

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
}
