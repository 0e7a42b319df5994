"""What an export says beside its rows: what was asked, as it was asked."""

from whitespace_mcp.answers.export import about_rows


def test_what_was_asked_is_told_in_its_own_letters() -> None:
    assert about_rows({"insured": "Société Müller", "label": ["Verlängerung", "Chase"]}, []) == [
        ("insured", "Société Müller"),
        ("label", '["Verlängerung", "Chase"]'),
    ]
