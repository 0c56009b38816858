"""短信文案 as a rule: what the words of a text may hold besides plain characters.

A placeholder is `{{ number }}` or `{{ w.day(due_at) }}`; a part that is not always said stands
between `{% if summary %}` and `{% endif %}`. Nothing else of the template language is allowed:
whoever edits words programs nothing. Which values a text knows is a closed list; a value that is
not there when the text leaves would hold the text up.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from hotline.refusal import Refusal

WORDS_LENGTH_MAX: Final = 1000
"""Longer words fill more than fifteen segments (our default)."""

LANGUAGES: Final = ("zh", "en")

MACROS: Final = frozenset({"day", "moment", "yours", "subject", "level"})
"""What the words may call: a date, a moment, and how a ticket or a level is called."""

ALWAYS: Final = frozenset({"hotline"})
"""What every text knows."""


def _about(*names: str) -> frozenset[str]:
    """Name what a text about a ticket or a service knows."""
    return frozenset({"number", "kind", "secret", *names})


_TABLE: Final = {
    "accepted": _about("code", "due_at"),
    "assigned": _about("department", "due_at"),
    "reassigned": _about("department", "due_at"),
    "information_wanted": _about("due_at", "link", "what"),
    "extended": _about("due_at", "reason"),
    "delayed": _about("due_at", "reason"),
    "suspended": _about("ground", "until_at"),
    "resumed": _about("due_at"),
    "refused": _about("basis", "line", "way"),
    "merged": _about(),
    "answered": _about("summary", "until_at"),
    "invited": _about("rating_link"),
    "invited_again": _about("rating_link"),
    "redo": _about("due_at"),
    "redo_result": _about("summary", "until_at"),
    "evaluation_feedback": _about("result", "until_at"),
    "matter_feedback": _about("result"),
    "closed": _about("until_at"),
    "explained": _about("basis", "text", "until_at"),
    "missed_call": frozenset({"call_back_at"}),
    "reply_rated": _about("level", "other"),
    "reply_rated_poor": _about("level"),
    "reply_rated_later": _about("level"),
    "reply_already_rated": _about("level"),
    "reply_rated_too_late": _about(),
    "reply_nothing_to_rate": frozenset(),
    "reply_reason_taken": frozenset(),
    "reply_objected": _about(),
    "reply_not_solved_noted": _about(),
    "reply_opted_out": frozenset(),
    "reply_opted_in": frozenset(),
    "reply_state_told": _about("due_at", "stage"),
    "reply_state_unknown": frozenset({"number"}),
    "reply_state_throttled": frozenset(),
    "reply_added": _about(),
    "reply_left_to_operator": frozenset(),
    "staff_assigned": frozenset({"number"}),
    "staff_yellow": frozenset({"number"}),
    "staff_red": frozenset({"number"}),
    "staff_notice": frozenset({"number"}),
    "staff_urged": frozenset({"number"}),
    "staff_supervised": frozenset({"level", "number"}),
}
PLACEHOLDERS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {text: names | ALWAYS for text, names in _TABLE.items()}
)
"""Which values each text knows."""

_TAG: Final = re.compile(r"\{\{(.*?)\}\}|\{%(.*?)%\}", re.DOTALL)
_QUOTED: Final = re.compile(r"\"[^\"]*\"|'[^']*'")
_CALL: Final = re.compile(r"(?:\bw\.([a-z]+)|[\w\])])\s*\(")
_NAME: Final = re.compile(r"(?<![.\w])[A-Za-z_]\w*")
_ATTRIBUTE: Final = re.compile(r"(\w+)\s*\.\s*([A-Za-z_]\w*)")
_OPERATOR: Final = re.compile(r"[*+~|\\%/;]")
_KEYWORDS: Final = frozenset({"and", "or", "not", "in", "if", "else"})


def wording_problem(template: str, words: str) -> Refusal | None:
    """Say why words may not be published for a text; None where they may."""
    known = PLACEHOLDERS.get(template)
    if known is None:
        return Refusal("unknown-template", {"template": template})
    if not words.strip():
        return Refusal("wording-empty")
    if len(words) > WORDS_LENGTH_MAX:
        return Refusal("wording-too-long", {"most": str(WORDS_LENGTH_MAX)})
    open_count = 0
    for tag in _TAG.finditer(words):
        expression, statement = tag[1], tag[2]
        if statement is not None:
            keyword, _, expression = statement.strip("-+ \t\n").partition(" ")
            open_count += {"if": 1, "endif": -1}.get(keyword, 0)
            bare = keyword in ("else", "endif")
            if keyword not in ("if", "elif", "else", "endif") or bare == bool(expression.strip()):
                return _not_understood(tag[0])
            if open_count < 0 or (keyword != "endif" and open_count == 0):
                return Refusal("wording-unbalanced")
            if bare:
                continue
        if problem := _expression_problem(expression, known, tag[0]):
            return problem
    if re.search(r"\{\{|\}\}|\{%|%\}|\{#|#\}", _TAG.sub("", words)):
        return Refusal("wording-unbalanced")
    return Refusal("wording-unbalanced") if open_count else None


def placeholders(words: str) -> frozenset[str]:
    """List the values that words name."""
    found: set[str] = set()
    for tag in _TAG.finditer(words):
        found |= {*_NAME.findall(_QUOTED.sub("", tag[1] or tag[2]))}
    return frozenset(found - _KEYWORDS - {"w", "elif", "endif"})


def _expression_problem(expression: str, known: frozenset[str], tag: str) -> Refusal | None:
    plain = _QUOTED.sub("''", expression)
    if not plain.strip() or _OPERATOR.search(plain):
        return _not_understood(tag)
    if any(call[1] not in MACROS for call in _CALL.finditer(_without_keywords(plain))):
        return _not_understood(tag)
    if any(owner != "w" or name not in MACROS for owner, name in _ATTRIBUTE.findall(plain)):
        return _not_understood(tag)
    for name in _NAME.findall(plain):
        if name not in known and name not in _KEYWORDS and name != "w":
            return Refusal("unknown-placeholder", {"placeholder": name})
    return None


def _without_keywords(expression: str) -> str:
    """Take words such as `in` away, so that `in (` is no call."""
    return re.sub(r"\b(?:and|or|not|in|if|else)\b", ",", expression)


def _not_understood(tag: str) -> Refusal:
    return Refusal("wording-not-understood", {"part": tag})
