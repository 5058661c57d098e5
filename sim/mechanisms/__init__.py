"""What happens in the world, one file a mechanism. This list registers them.

In a session they play by their `When`; within it, in this order. The order in which terms of
support are summed is that of the list too.
"""

from __future__ import annotations

from sim.core.mechanism import Mechanism
from sim.mechanisms.aid import Aid
from sim.mechanisms.amendments import Amendments
from sim.mechanisms.assistance import Assistance
from sim.mechanisms.attendance import Attendance
from sim.mechanisms.attribution import Attribution
from sim.mechanisms.ballots import Ballots
from sim.mechanisms.blocs import Blocs
from sim.mechanisms.chair import Chair
from sim.mechanisms.claims import Claims
from sim.mechanisms.clubs import Clubs
from sim.mechanisms.coalitions import Coalitions
from sim.mechanisms.consensus import Consensus
from sim.mechanisms.consultation import Consultation
from sim.mechanisms.cosponsors import Cosponsors
from sim.mechanisms.deterrence import Deterrence
from sim.mechanisms.domestic import Domestic
from sim.mechanisms.effort import Effort
from sim.mechanisms.engagement import Engagement
from sim.mechanisms.escalation import Escalation
from sim.mechanisms.events import Events
from sim.mechanisms.focusing import Focusing
from sim.mechanisms.incidents import Incidents
from sim.mechanisms.indices import TwoIndices
from sim.mechanisms.influence import Influence
from sim.mechanisms.instructions import Instructions
from sim.mechanisms.kindred import Kindred
from sim.mechanisms.levies import Levies
from sim.mechanisms.lobbying import Lobbying
from sim.mechanisms.localization import Localization
from sim.mechanisms.lock_in import LockIn
from sim.mechanisms.markets import Markets
from sim.mechanisms.memory import Memory
from sim.mechanisms.objections import Objections
from sim.mechanisms.offices import Offices
from sim.mechanisms.red_lines import RedLines
from sim.mechanisms.responses import Responses
from sim.mechanisms.responsibility import Responsibility
from sim.mechanisms.rivals import Motions, Rivals
from sim.mechanisms.side_payments import SidePayments
from sim.mechanisms.signposts import ArtificialIntelligence, Cables, Fund, Implementing
from sim.mechanisms.sponsors import Sponsors, Sponsorship
from sim.mechanisms.tabling import Tabling
from sim.mechanisms.ties import Ties
from sim.mechanisms.trades import Trades
from sim.mechanisms.voting import Voting

AGENDA: tuple[type[Mechanism], ...] = (
    Events,
    Influence,
    Clubs,
    Aid,
    Offices,
    Engagement,
    Coalitions,
    Ties,
    Effort,
    Tabling,
    Amendments,
    Rivals,
    Motions,
    Sponsors,
    Chair,
    Voting,
    Kindred,
    Sponsorship,
    Cosponsors,
    Memory,
    Lobbying,
    SidePayments,
    Trades,
    Instructions,
    Blocs,
    Attendance,
    Objections,
    RedLines,
    Consensus,
    Ballots,
    LockIn,
    Responsibility,
    Incidents,
    Focusing,
    Attribution,
    Responses,
    Deterrence,
    Escalation,
    Assistance,
    Localization,
    Levies,
    Markets,
    Consultation,
    Domestic,
    TwoIndices,
    ArtificialIntelligence,
    Cables,
    Implementing,
    Fund,
    Claims,
)
