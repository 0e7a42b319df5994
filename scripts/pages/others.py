"""What the server offers beside tools, for the page of the tools: prompts, and addresses that can be read."""

from typing import Final

from mcp import Client
from mcp.types import Prompt, ResourceTemplate

PROMPTS: Final = """
## Prompts

For jobs that come back: the user picks one in the host, and the assistant follows its page of instructions.

| prompt | what for | takes |
|---|---|---|
"""
RESOURCES: Final = """
## Resources

What a host can attach to a conversation, or an assistant read, by its address. `{organisation}` is a company id or MU
id; `{risk}` is an id from an answer, of a slip or of one of its documents.

| address | what it is |
|---|---|
"""


async def others(client: Client) -> str:
    """The last parts of the page."""
    prompts = (await client.list_prompts()).prompts
    templates = (await client.list_resource_templates()).resource_templates
    return PROMPTS + "".join(map(_prompt, prompts)) + RESOURCES + "".join(map(_resource, templates))


def _prompt(prompt: Prompt) -> str:
    takes = [f"`{argument.name}`" + (" (needed)" if argument.required else "") for argument in prompt.arguments or []]
    return f"| `{prompt.name}` | {prompt.description} | {', '.join(takes)} |\n"


def _resource(template: ResourceTemplate) -> str:
    return f"| `{template.uri_template}` | {template.description} |\n"
