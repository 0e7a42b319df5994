"""The words of errors, and the logs that never hold a URL."""

import logging
import pkgutil
import traceback
from collections.abc import Iterator
from importlib import import_module

import pytest

import whitespace_mcp
from whitespace_mcp.config.errors import (
    BadArgument,
    BadArguments,
    InternalFault,
    NotFound,
    Unavailable,
    WhitespaceError,
    about,
    explain,
    listed,
    tried_for,
)
from whitespace_mcp.runtime.logging import NOISY, quieten


def test_an_error_says_what_happened_whether_to_try_again_and_what_to_do() -> None:
    error = Unavailable("The platform is not available", retry="Try again in a minute.", do="Or wait.")
    assert explain(error) == "The platform is not available. Try again in a minute. Or wait."
    assert str(error) == "The platform is not available"


def test_without_more_to_say_trying_again_does_not_help() -> None:
    assert explain(NotFound("Not found")) == "Not found. Trying again will not help."


def test_the_organisation_is_named_where_it_is_known() -> None:
    with pytest.raises(NotFound) as caught, about("Acorn Shipping"):
        raise NotFound("Not found")
    assert explain(caught.value).startswith("Not found (Acorn Shipping). ")


def test_the_organisation_that_was_named_first_stays() -> None:
    with pytest.raises(NotFound) as caught, about("Outer"), about("Inner"):
        raise NotFound("Not found")
    assert caught.value.organisation == "Inner"
    with pytest.raises(ValueError, match="other"), about("Acorn"):
        raise ValueError("other")


def errors_of_all_types() -> Iterator[WhitespaceError]:
    """An error of each type that there is in the whole package."""
    for module in pkgutil.walk_packages(whitespace_mcp.__path__, "whitespace_mcp."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    types = [WhitespaceError]
    for kind in types:
        types += kind.__subclasses__()
    argument = BadArgument("stage", "is unknown", allowed="One of: draft.", example="draft")
    own = {BadArgument: argument, BadArguments: BadArguments([argument, BadArgument("x", "is missing")])}
    for kind in types:
        if kind in own:
            yield own[kind]
        elif "__init__" in vars(kind) and kind is not WhitespaceError:
            yield kind()  # pyright: ignore[reportCallIssue]
        else:
            yield kind("Down", retry="Wait.", do="Then ask.", organisation="Acorn")


def test_no_error_changes_and_another_one_has_all_of_it_but_what_is_replaced() -> None:
    every = list(errors_of_all_types())
    assert len(every) > 15
    for error in every:
        try:
            raise error from ValueError("why")
        except WhitespaceError:
            other = error.replaced(organisation="Bracken")
        for part in ("what", "retry", "do", "organisation"):
            with pytest.raises(AttributeError):
                setattr(error, part, "other")
        assert type(other) is type(error)
        assert other is not error
        assert (other.what, other.retry, other.do, str(other)) == (error.what, error.retry, error.do, error.what)
        assert other.organisation == "Bracken"
        assert error.organisation != "Bracken"
        assert other.__cause__ is error.__cause__
        assert other.__suppress_context__
        assert traceback.format_tb(other.__traceback__) == traceback.format_tb(error.__traceback__)
        assert explain(error.replaced()) == explain(error)


def test_an_error_raised_again_and_again_keeps_its_traceback() -> None:
    original = NotFound("Down")
    lengths = list[int]()
    for _ in range(3):
        try:
            raise original.replaced()
        except NotFound as error:
            lengths.append(len(traceback.extract_tb(error.__traceback__)))
    assert lengths == [1, 1, 1]
    assert original.__traceback__ is None


def test_a_bad_argument_is_named_with_what_is_allowed_and_an_example() -> None:
    error = BadArgument("page_size", "must be a whole number", allowed="From 0 to 100.", example="20")
    assert explain(error) == (
        "Argument 'page_size' must be a whole number. Call again with that corrected. From 0 to 100."
        " Example: page_size=20."
    )
    assert explain(BadArgument("x", "is missing")) == "Argument 'x' is missing. Call again with that corrected."


def test_a_fault_of_ours_says_where_to_look() -> None:
    assert "its log says how" in explain(InternalFault())


@pytest.mark.parametrize(
    ("seconds", "ending"),
    [
        (0, "Down"),
        (0.9, "Down"),
        (1.2, "Down; tried for 1 second"),
        (2.5, "Down; tried for 2 seconds"),
        (40, "Down; tried for 40 seconds"),
    ],
)
def test_how_long_was_tried_is_told_once_it_was_a_while(seconds: float, ending: str) -> None:
    assert tried_for(WhitespaceError("Down"), seconds).what == ending


def test_choices_are_listed_to_a_limit() -> None:
    assert listed([]) == ""
    assert listed("abc") == "a, b, c"
    assert listed("abcde", most=3) == "a, b, c and 2 more"
    assert listed(map(str, range(13))).endswith("11 and 1 more")


def test_the_libraries_that_log_requests_are_kept_quiet_whatever_our_level() -> None:
    loggers = [logging.getLogger(name) for name in NOISY]
    levels = [logger.level for logger in loggers]
    try:
        for logger in loggers:
            logger.setLevel(logging.DEBUG)
        quieten()
        assert not any(logger.isEnabledFor(logging.INFO) for logger in loggers)
        assert all(logger.isEnabledFor(logging.WARNING) for logger in loggers)
        assert not logging.getLogger("httpcore2.http11").isEnabledFor(logging.INFO)
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
