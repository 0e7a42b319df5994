"""Telling the host how far a call is."""

from mcp.server.mcpserver import Context

from whitespace_mcp.portfolio.matches import Tell


def reading_progress(ctx: Context) -> Tell:
    """Tells how many slips of how many are read, and of what."""

    async def tell(done: int, slips: int, what: str) -> None:
        await ctx.report_progress(done, slips, f"Reading {what}: {done} of {slips} slips")

    return tell
