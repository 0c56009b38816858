"""命令输出: how a command answers, for people with rich and for machines as one JSON line.

A refusal ends a command with exit code 2, a code that never changes and a word on what to do.
"""

import json
from collections.abc import Mapping
from typing import Final, NoReturn

import typer
from rich.console import Console

REFUSED: Final = 2
"""Exit code of a command whose input was refused; nothing was changed."""


def print_json(document: Mapping[str, object]) -> None:
    """Print one JSON object on one line, as it is, on standard output."""
    typer.echo(json.dumps(document, ensure_ascii=False))


def refuse(code: str, chinese: str, english: str, *, as_json: bool) -> NoReturn:
    """End the command: what was wrong and what to do, Chinese first."""
    if as_json:
        print_json({"error": {"code": code, "message": chinese, "message_en": english}})
    else:
        console = Console(stderr=True, soft_wrap=True, highlight=False)
        console.print(f"[bold red]错误[/] {code}", style="", markup=True)
        console.print(chinese, markup=False)
        console.print(english, style="dim", markup=False)
    raise typer.Exit(REFUSED)
