"""Questions as people at their desks type them, with what a right answer must contain; asked of assistants by hand.

The values come from the demo market by code that shares nothing with the server: `truth` reads the demo platform with
the standard library alone. `desk` lets an assistant use the tools from a shell, `judge` reads what came of it.
"""
