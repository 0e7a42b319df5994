"""Whose risk it is, where a call about one risk names no organisation and there is no default.

The lists of all live memberships are looked through. Exactly one has the risk: then that is the organisation, and the
answer says through how many lists was looked. Several have it, or a list cannot be read: then nobody guesses.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from whitespace_mcp.config.errors import NotFound, OrganisationError, WhitespaceError, listed
from whitespace_mcp.mcp_layer.tool import Services
from whitespace_mcp.portfolio.lookup import Slip, find_slip, no_id, titled
from whitespace_mcp.portfolio.selection import View, readable
from whitespace_mcp.session.organisation import Organisation
from whitespace_mcp.terms.ids import root_of
from whitespace_mcp.terms.text import clean, plain


@dataclass(frozen=True)
class Owner:
    """An organisation whose list has a risk; `slip` is None where several of its slips are meant."""

    organisation: Organisation
    slip: Slip | None

    @property
    def words(self) -> str:
        """The choice as an error lists it: the id to pass, and what it is there."""
        current = self.slip.current if self.slip else None
        what = f"{clean(current['name'] or 'no name', 60)}, {current['slip_stage']}" if current else "several risks"
        return f"{self.organisation.name} (organisation={self.organisation.company_id}: {what})"


async def owner_of(risk: str, live: Sequence[Organisation], services: Services) -> Organisation:
    """The only organisation whose list has a risk.

    Args:
        risk: an id or UMR.
        live: the organisations to look through, two at least.
        services: of the call.

    Raises:
        NotFound: none has it.
        OrganisationError: several have it, or not every list could be read; the choices are named.
        BadArgument: it is an id of another kind.
    """
    results = await services.portfolios.views(live, refresh=False)
    views = readable(results)
    owners = [owner for view in views if (owner := _owner(risk, view))]
    unread = [organisation.name for organisation, view in results if not isinstance(view, View)]
    choices = listed(owner.words for owner in owners)
    if unread and owners:
        raise OrganisationError(
            f"The risk is in the list of {choices}, and the list of {listed(unread)} could not be read",
            retry="Call again with 'organisation'.",
            do="If the user has not said which organisation is meant, ask the user.",
        )
    if unread:
        raise next(failure for _, failure in results if isinstance(failure, WhitespaceError))
    if len(owners) > 1:
        raise OrganisationError(
            f"Several organisations have this risk: {choices}",
            retry="Call again with 'organisation'.",
            do="If the user has not said which one is meant, ask the user.",
        )
    if not owners:
        if titles := [
            f"{slip}, organisation={v.organisation.company_id}" for v in views for slip in titled(v.book, risk)
        ]:
            raise no_id(risk, titles)
        raise NotFound(
            f"There is no risk '{clean(risk, 60)}' in the list of any of this login's {len(views)} organisations",
            retry="Trying again will not help, unless with refresh=true on get_risks for a risk of the last minute.",
            do="Look for it with get_risks (name, umr, organisation='all').",
        )
    return owners[0].organisation


async def seen_elsewhere(risk: str, view: View, services: Services, error: NotFound) -> WhitespaceError:
    """An error that a list has no such risk, with those other organisations of the login whose lists do.

    What it is there is not told, for the call is about this organisation.

    Args:
        risk: what was passed.
        view: the list that has no such risk.
        services: of the call.
        error: which says so.
    """
    if view.book.roots_beginning(root_of(plain(risk))) or titled(view.book, risk):  # only that document is not there
        return error
    every = await services.session.organisations.all()
    live = [other for other in every if other.live and other.id != view.organisation.id]
    try:
        views = readable(await services.portfolios.views(live, refresh=False)) if live else []
    except WhitespaceError:
        return error
    having = [view.organisation for view in views if _owner(risk, view)]
    entitled = [view.organisation for view in views if titled(view.book, risk)]
    if having or entitled:
        where = "In the list" if having else "In a title"
        those = listed(f"{each.name} (organisation={each.company_id})" for each in having or entitled)
        do = f"{where} of {those}: ask the user whether that is meant."
        return error.replaced(retry="Trying again here will not help.", do=do)
    if len(views) < len(live):
        return error
    nowhere = "No other organisation of this login has it. " if live else ""
    return error.replaced(do=f"{nowhere}Look for it with get_risks (name, umr).")


def _owner(risk: str, view: View) -> Owner | None:
    try:
        slip = find_slip(view.book, risk)
    except NotFound:
        return None
    except WhitespaceError as error:
        if type(error) is WhitespaceError:  # several slips of this organisation
            return Owner(view.organisation, None)
        raise
    return Owner(view.organisation, slip) if slip.documents else None
