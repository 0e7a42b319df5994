"""What makes a shell complete the commands: click's own scripts, made to fit words such as `unit=document`.

Click knows the words; what it gives to the shells takes a word for done at its end. So for bash a script of our own is
used: there `=` ends a word, and what stands before it would be lost. For zsh no blank is put behind `stage=`. Fish does
that by itself.
"""

from typing import Final

import click
from click.shell_completion import FishComplete, ZshComplete

NAME: Final = "whitespace-mcp"
VARIABLE: Final = "_WHITESPACE_MCP_COMPLETE"
_BASH: Final = f"""\
_whitespace_mcp_completion() {{
    local line="${{COMP_LINE:0:COMP_POINT}}" typed current="" place response type value
    read -ra typed <<< "$line"
    place=${{#typed[@]}}
    if [[ "$line" != *[[:space:]] ]]; then
        place=$((place - 1))
        current="${{typed[place]}}"
    fi
    response=$(env COMP_WORDS="$line" COMP_CWORD=$place {VARIABLE}=bash_complete "$1")
    COMPREPLY=()
    while IFS=, read -r type value; do
        if [[ $type == dir ]]; then
            compopt -o dirnames
        elif [[ $type == file ]]; then
            compopt -o default
        elif [[ $type == plain ]]; then
            if [[ $value == *= ]]; then compopt -o nospace; fi
            if [[ $current == *=* && $COMP_WORDBREAKS == *=* ]]; then value="${{value#*=}}"; fi
            COMPREPLY+=("$value")
        fi
    done <<< "$response"
}}

complete -o nosort -F _whitespace_mcp_completion {NAME}
"""
_ZSH_ADDS: Final = "        compadd -U -V unsorted -a completions\n"
_ZSH_ADDS_OPEN: Final = """\
        local -a open=(${(M)completions:#*=}) whole=(${completions:#*=})
        (( $#whole )) && compadd -U -V unsorted -a whole
        (( $#open )) && compadd -U -S '' -V unsorted -a open
"""


def script(shell: str, root: click.Command) -> str:
    """The lines for a shell's start file."""
    if shell == "bash":
        return _BASH
    if shell == "zsh":
        return ZshComplete(root, {}, NAME, VARIABLE).source().replace(_ZSH_ADDS, _ZSH_ADDS_OPEN)
    return FishComplete(root, {}, NAME, VARIABLE).source()
