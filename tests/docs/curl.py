"""A very small curl: sends the command lines that a page shows to an application."""

import json
import re
import shlex
from dataclasses import dataclass, field
from typing import Any

ANSWERED = re.compile(r"^```console\n(.*?)^```\n+```json\n(.*?)^```", re.MULTILINE | re.DOTALL)
_VARIABLE = re.compile(r"\$([A-Z][A-Z0-9]*)")


@dataclass
class Request:
    """What one line asks for."""

    method: str = "GET"
    url: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    jar: str = ""


def filled(text: str, known: dict[str, str]) -> str:
    """Put in what earlier answers gave."""
    return _VARIABLE.sub(lambda found: known.get(found[1], found[0]), text)


def request_of(line: str, known: dict[str, str]) -> Request:
    """Read one line."""
    words = iter(shlex.split(line)[1:])
    request = Request()
    for word in words:
        match word:
            case "-s":
                pass
            case "-b" | "-c":
                request.jar = next(words)
            case "-H":
                name, _, value = filled(next(words), known).partition(": ")
                request.headers[name] = value
            case "-d":
                request.method, request.body = "POST", filled(next(words), known)
            case _:
                assert not word.startswith("-"), f"{word} is not known here"
                request.url = filled(word, known)
    return request


def unlike(wanted: Any, given: Any, known: dict[str, str], place: str = "") -> list[str]:
    """List where an answer is not what the page says; unknown variables are learnt."""
    match wanted:
        case dict():
            if not isinstance(given, dict):
                return [f"{place}: {given!r}"]
            return [
                problem
                for name, value in wanted.items()
                for problem in (
                    unlike(value, given[name], known, f"{place}.{name}")
                    if name in given
                    else [f"{place}.{name} is missing"]
                )
            ]
        case list():
            if len(wanted) != len(given):
                return [f"{place}: {len(given)} entries"]
            return [
                problem
                for number, value in enumerate(wanted)
                for problem in unlike(value, given[number], known, f"{place}[{number}]")
            ]
        case str() if (found := _VARIABLE.fullmatch(wanted)) and found[1] not in known:
            known[found[1]] = str(given)
            return []
        case str():
            return [] if filled(wanted, known) == given else [f"{place}: {given!r}"]
        case _:
            return [] if wanted == given else [f"{place}: {given!r}"]


def examples(text: str) -> list[tuple[str, Any]]:
    """List the shown commands with the answers shown under them."""
    return [(found[1].strip(), json.loads(found[2])) for found in ANSWERED.finditer(text)]
