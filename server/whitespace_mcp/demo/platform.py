"""The demo platform: its state, and what a test can do to it.

Throughout `root` is a slip's, `user_id` an MU id, and `at` a moment as documents write it: without it now, but later
than everything else. Whatever names a slip, person, company or team that is not there raises KeyError.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Final

from starlette.responses import Response

from whitespace_mcp.demo.accounts import Accounts
from whitespace_mcp.demo.asgi import App, RequestRecord
from whitespace_mcp.demo.faults import Faults
from whitespace_mcp.demo.logins import add_person, make_logins
from whitespace_mcp.demo.market.book import Market, viewer_of
from whitespace_mcp.demo.market.calendar import CLOSE, close_before
from whitespace_mcp.demo.market.companies import Company, Directory, Member, make_directory
from whitespace_mcp.demo.market.making import make_slips
from whitespace_mcp.demo.market.slips import SlipStage
from whitespace_mcp.demo.options import BUCKET, DEFAULTS, Options
from whitespace_mcp.demo.people import Login, State
from whitespace_mcp.demo.world import World


class Platform:
    """An imitation of the Whitespace platform with an invented market.

    Its methods may be called from any thread while it is served. The market is the same for the same seed, numbers
    of documents, options and day. Its last working day is the latest before `now`, so that what runs out soon by the
    clock runs out soon in the market; without a clock it is a fixed one, 20 November 2026.

    Args:
        seed: of everything that is drawn.
        documents: how many contract documents the demo person sees in the first organisation (a broker) and in the
            second (a carrier).
        token_lifetime_s: seconds that an id token is accepted.
        now: seconds since 1970; left out it is the machine's clock, but the market's day is the fixed one.
        options: where real environments may differ.
        refresh_token: the demo person's, in place of the one that is drawn.
    """

    def __init__(
        self,
        *,
        seed: int = 1,
        documents: tuple[int, int] = (1528, 439),
        token_lifetime_s: float = 900,
        now: Callable[[], float] | None = None,
        options: Options = DEFAULTS,
        refresh_token: str | None = None,
    ) -> None:
        close = CLOSE if now is None else close_before(now())
        now = now or time.time
        market_drawing = _drawn(seed, documents, options, close)
        directory, logins, market = market_drawing.copy()
        if refresh_token is not None:
            logins["demo"] = replace(logins["demo"], refresh_token=refresh_token)
        self._seed = seed
        self.logins: Final[dict[str, Login]] = logins
        self.bucket: Final = BUCKET
        self.faults: Final = Faults()
        self.requests: Final[list[RequestRecord]] = []
        self._now = now
        self._was: dict[str, State] = {}
        accounts = Accounts(seed, self.logins, directory, options, token_lifetime_s, now)
        self._world = World(market, directory, accounts, options, threading.RLock(), now, market_drawing.answers)
        self.app: Final = App(self._world, self.faults, self.requests)

    @property
    def login(self) -> Login:
        """The demo person's."""
        return self.logins["demo"]

    @property
    def renewals(self) -> int:
        """How many token renewals were asked for, whatever came of them."""
        return sum(entry.path.endswith("/_oidc_refresh") for entry in self.requests)

    def expire_tokens(self) -> None:
        """Refuse, from now on, every id token given out so far."""
        with self._world.lock:
            self._world.accounts.expire_tokens()

    def revoke(self, refresh_token: str) -> None:
        """Let the login provider refuse a refresh token from now on."""
        with self._world.lock:
            self._world.accounts.revoke(refresh_token)

    def suspend(self, user_id: str) -> None:
        """Suspend one membership; the directory shows it."""
        self._was.setdefault(user_id, self._member(user_id)[1].state)
        self._set_state(user_id, "Suspended")

    def restore(self, user_id: str) -> None:
        """Give a suspended membership its former state back."""
        self._set_state(user_id, self._was.pop(user_id, "Live"))

    def touch(self, root: str, user_id: str | None = None, at: str | None = None) -> None:
        """Let a slip change: its latest contract documents, and with them its summaries.

        `user_id` must be able to see it, as a check on the test.
        """
        with self._world.lock:
            if user_id is not None and root not in self.roots(user_id):
                raise KeyError(root)
            self._world.market.touch(root, self._moment(at))

    def move_on(
        self, root: str, *, stage: SlipStage | None = None, team: str | None = None, at: str | None = None
    ) -> None:
        """Let a slip reach another stage, or another team of its broker, whose channel is `team`."""
        with self._world.lock:
            there = self._world.directory.teams[team] if team else None
            self._world.market.move_on(root, self._moment(at), stage=stage, team=there)

    def add_slip(
        self,
        user_id: str,
        *,
        name: str = "",
        umr: str = "",
        stage: SlipStage = "firm_order",
        carriers: Sequence[str] = (),
        at: str | None = None,
    ) -> str:
        """Add a slip to the book of a person's company and return its root.

        A broker then places it, an underwriter is shown it. `name` is the contract's title, `umr` what is to be tested;
        `carriers` are company ids that it is shown to as well: a broker who names none is found one.
        """
        with self._world.lock:
            viewer = viewer_of(*self._member(user_id))
            moment = self._moment(at)
            slip = self._world.market.add(viewer, moment, stage, name=name, umr=umr, carriers=list(carriers))
            return slip.root

    def add_person(self, name: str, email: str, desks: Mapping[str, Sequence[str] | None]) -> Login:
        """Open an account with a refresh token for somebody new, of that `name` and an `email` that nobody else has.

        `desks` are the channels of their teams by company id; None for all that work.
        """
        with self._world.lock:
            login = add_person(self._seed, self._world.directory, name, email, desks)
            self._world.accounts.add(login)
            self.logins[email] = login
            self._world.market.version += 1
            return login

    def teams(self, company_id: str) -> list[str]:
        """The channels of a company's teams that work."""
        return [team.channel for team in self._world.directory.companies[company_id].teams if not team.is_inactive]

    def tokens_given(self) -> list[str]:
        """Every id token that was given out so far."""
        with self._world.lock:
            return self._world.accounts.tokens_given()

    def remove_slip(self, root: str) -> None:
        """Take a slip out of the market."""
        with self._world.lock:
            self._world.market.remove(root)

    def roots(self, user_id: str) -> list[str]:
        """The slips that a person sees, in no order that means anything."""
        with self._world.lock:
            viewer = viewer_of(*self._member(user_id))
            market = self._world.market
            return [slip.root for slip in market.slips(viewer.company_id) if market.documents(viewer, slip)]

    def _member(self, user_id: str) -> tuple[Company, Member]:
        entry = self._world.directory.member(user_id)
        if entry is None:
            raise KeyError(user_id)
        return entry

    def _set_state(self, user_id: str, state: State) -> None:
        with self._world.lock:
            self._world.directory.set_state(user_id, state)
            self._world.market.version += 1

    def _moment(self, at: str | None) -> int:
        newest = self._world.market.newest()
        if at is None:
            return max(int(self._now()), newest + 1)
        return int(datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp())


class _Drawn:
    """A market as it was drawn; drawing takes many times as long as copying, and tests need hundreds of them.

    `answers` are what every unchanged copy answers.
    """

    def __init__(self, directory: Directory, logins: dict[str, Login], market: Market) -> None:
        self._directory = directory
        self._logins = logins
        self._market = market
        self.answers: dict[tuple[str, ...], Response] = {}

    def copy(self) -> tuple[Directory, dict[str, Login], Market]:
        """One that may be changed."""
        directory = self._directory.copy()
        return directory, dict(self._logins), self._market.copy(directory)


@cache
def _drawn(seed: int, documents: tuple[int, int], options: Options, close: int) -> _Drawn:
    directory = make_directory(seed)
    logins = make_logins(seed, directory, options, close)
    return _Drawn(directory, logins, Market(seed, directory, make_slips(seed, directory, documents, close), close))
