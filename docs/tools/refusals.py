"""List every code that the product says no with, and what people read for it.

Tickets keep a table of their own with the meaning of each code; the codes of the other rooms are
found where they are given. The sentences come from the message catalogues of the faces.
"""

from typing import Final

from api.messages import house_messages
from api.problems import STATUS, status_of
from docs.tools.sources import codes_given, modules
from hotline.tickets.refusals import REFUSALS

_HEAD: Final = """\
# Refusal codes

Generated from the code by `python -m docs.tools`; do not edit. A code never changes once it is
released. Its sentences live in `api/translations`; the JSON API sends both languages in
`texts`, with advice on what to do. `HTTP` is the status of the problem detail.
"""
_ROOMS: Final = {
    "Ratings 评价": ("hotline/evaluations",),
    "Correspondence 往来": ("hotline/correspondence",),
    "Knowledge base 知识库": ("hotline/knowledge",),
    "Calls 来电": ("hotline/calls",),
    "Organisation 组织": ("hotline/people",),
    "Catalogue, presets, calendars 派单目录、时限规则、日历": ("hotline/routing", "hotline/clocks"),
    "Settings of the house 全局设置": ("hotline/house",),
    "Inspection 纪检监察": ("hotline/inspection",),
    "Every command 所有命令": ("handlers", "streams"),
}
_CALLS: Final = ("Refusal", "CalendarProblem")


def refusals_of(*rooms: str) -> frozenset[str]:
    """Collect the codes that these rooms refuse with."""
    return frozenset(code for path in modules(*rooms) for code in codes_given(path, *_CALLS))


def face_codes() -> frozenset[str]:
    """Collect the codes of the pages and the JSON API themselves."""
    given = {code for path in modules("api") for code in codes_given(path, "ProblemError")}
    return frozenset(given | set(STATUS))


def command_codes() -> frozenset[str]:
    """Collect the codes with which the command line says what is wrong with its input."""
    return frozenset(
        code
        for path in modules("cli")
        for code in (
            *codes_given(path, "refuse"),
            *codes_given(path, "RowProblem", place=1),
        )
    )


def all_codes() -> frozenset[str]:
    """Collect every code of the rules and the faces."""
    rules = {code for rooms in _ROOMS.values() for code in refusals_of(*rooms)}
    return frozenset(rules | set(REFUSALS) | face_codes())


def refusals_page() -> str:
    """Write the page."""
    parts = [_HEAD, _tickets()]
    for title, rooms in _ROOMS.items():
        parts.append(_table(title, sorted(refusals_of(*rooms) - set(REFUSALS))))
    parts.append(_table("Pages and JSON API 网页与接口", sorted(face_codes())))
    parts.append(_command_line())
    return "\n".join(parts)


def _tickets() -> str:
    rows = "\n".join(
        f"| `{code}` | {status_of(code)} | {_said('zh', code)} | {_said('en', code)} | {meaning} |"
        for code, meaning in sorted(REFUSALS.items())
    )
    head = "| code | HTTP | 中文 | English | what it means |\n|---|---|---|---|---|"
    return f"## Tickets 工单\n\n{head}\n{rows}\n"


def _table(title: str, codes: list[str]) -> str:
    rows = "\n".join(
        f"| `{code}` | {status_of(code)} | {_said('zh', code)} | {_said('en', code)} |"
        for code in codes
    )
    return f"## {title}\n\n| code | HTTP | 中文 | English |\n|---|---|---|---|\n{rows}\n"


def _command_line() -> str:
    codes = ", ".join(f"`{code}`" for code in sorted(command_codes()))
    return (
        "## Command line 命令行\n\nThe `bihuan` command says what is wrong with its input under "
        "these codes, with exit code 2 or\nin the report of a table's rows, in Chinese and "
        f"English:\n\n{codes}\n"
    )


def _said(language: str, code: str) -> str:
    messages = house_messages()
    key = f"refusal.{code}"
    if not messages.has(key):
        return ""
    return messages.text("zh" if language == "zh" else "en", key)
