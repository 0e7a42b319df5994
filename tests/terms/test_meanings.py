"""Words that an answer explains."""

from whitespace_mcp.terms.meanings import ACTIONS, FLAGS, STATES, meanings_of


def test_words_with_a_meaning_are_explained_once_and_others_not_at_all() -> None:
    meanings = meanings_of(["to_stand", None, "umr_shared", "to_stand", "written", "BRREADYFORSIGNING"])
    assert meanings == {
        "to_stand": FLAGS["to_stand"],
        "umr_shared": FLAGS["umr_shared"],
        "BRREADYFORSIGNING": ACTIONS["brReadyForSigning"],
    }
    assert meanings_of(["written", None]) is None


def test_each_word_has_one_meaning_of_few_words() -> None:
    words = [*ACTIONS, *FLAGS, *STATES]
    assert len({word.casefold() for word in words}) == len(words)
    for meaning in (ACTIONS | FLAGS | STATES).values():
        assert len(meaning) <= 70
        assert not meaning.endswith(".")
