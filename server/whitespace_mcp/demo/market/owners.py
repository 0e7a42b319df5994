"""Whose a slip is on each side, and what teams have labelled it with."""

from typing import Final

from whitespace_mcp.demo.market.companies import Team
from whitespace_mcp.demo.market.seeds import share_of
from whitespace_mcp.demo.market.slips import Slip

LABELS: Final = ("High Priority", "Renewal", "Chase")


def owner_of(slip: Slip, team: Team) -> str:
    """The MU id of a side's owner; empty when nobody has taken it."""
    if team == slip.broker:
        return slip.owner_id
    mine = next((share for share in slip.shares if share.team == team), None)
    return mine.user_id if mine and share_of(f"owned {slip.root} {team.channel}") < 0.7 else ""


def labels_of(slip: Slip, team: Team) -> list[str]:
    """The labels that a team put on a slip."""
    luck = share_of(f"label {team.channel} {slip.root}")
    return [LABELS[int(luck * 1000) % len(LABELS)]] if luck < 0.08 else []
