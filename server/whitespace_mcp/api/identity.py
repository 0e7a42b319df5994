"""Who the login is, and who is in the market: the identity reads (platform.md 1.3, 3, 5.10).

`user_id` is the MU id to act under, None before any is known; `email` an address, any case.
"""

from whitespace_mcp.api.client import Api
from whitespace_mcp.api.failures import user_id_refused
from whitespace_mcp.api.reads import CORPORATE, MY_DETAILS, PERSON, VERSION
from whitespace_mcp.documents.identity import Company, Details, Member, read_companies, read_details, read_people
from whitespace_mcp.documents.json import read_list, read_object, wrong_shape


async def platform_version(api: Api) -> str | None:
    """The platform's version, `3.7.0` of `30700`; None where it does not tell."""
    number = read_object(await api.fetch_anonymous(VERSION)).get("platformVersion")
    if not isinstance(number, int) or not 0 < number < 10_000_000:  # two digits a part
        return None
    return f"{number // 10_000}.{number // 100 % 100}.{number % 100}"


async def my_details(api: Api, *, user_id: str | None) -> Details:
    """The membership that an MU id stands for; without one, the only membership of a single-organisation login.

    Raises:
        UserIdRefused: the login has several organisations and this is not one of its MU ids.
        AccessRefused: the membership is not Live or ReadOnly.
    """
    details = read_details(read_object(await api.fetch(MY_DETAILS, user_id=user_id)), user_id)
    if details is None:
        raise wrong_shape()
    if user_id is not None and details.user_id != user_id:  # the header was ignored
        raise user_id_refused()
    return details


async def people_with_email(api: Api, email: str, *, user_id: str | None) -> list[Member]:
    """Everybody with an e-mail address: several members when one person has several logons."""
    return read_people(read_object(await api.fetch(PERSON, user_id=user_id, ids={"email": email})))


async def market(api: Api) -> bytes:
    """The whole market; the one call that needs no MU id. E-mails are not in it."""
    return await api.fetch(CORPORATE, user_id=None)


def companies(body: bytes) -> list[Company]:
    """The companies of `market`'s answer."""
    return read_companies(read_list(body))
