"""Defined Data, questionnaires and headings (platform.md 5.7)."""
