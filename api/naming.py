"""Naming 称呼: how the codes of the log are called when people read them.

The log keeps codes (`K010502`, `341902101`, `unsolved`, `beat:C0105:category`); what they mean in
words is said here and in the catalogues of texts, never stored. A code that is no longer known is
shown as it stands.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from typing import Any, Final

from api.messages import Language
from api.ports import Faces
from hotline.clocks.calendar import SHANGHAI
from hotline.evaluations.indicators import NATIONAL
from hotline.people.commands import DepartmentLevel
from hotline.people.directory import DepartmentDirectory

_AREAS: Final = frozenset(
    {
        *(DepartmentLevel.CITY, DepartmentLevel.DISTRICT),
        *(DepartmentLevel.TOWN, DepartmentLevel.VILLAGE),
    }
)
_DEPARTMENTS: Final = frozenset(
    {
        *("lead", "department", "proposed_department", "rated_department"),
        *("assists", "heard", "departments"),
    }
)
_AREA_DIGITS: Final = (6, 9, 12)
_ROUTED: Final = re.compile(r"(?:entry:|no-entry)")
_JOINTS: Final[Mapping[Language, str]] = {"zh": "、", "en": ", "}
_BRACKETS: Final[Mapping[Language, str]] = {"zh": "{}（{}）", "en": "{} ({})"}
_CLAUSES: Final[Mapping[Language, str]] = {"zh": "；", "en": "; "}
_WHY: Final[Mapping[Language, str]] = {"zh": "{}：{}", "en": "{}: {}"}
_INDICATOR: Final = re.compile(r"\bL[1-5]-\d\d\b")
_SHARES: Final = frozenset({"confidence"})


class Naming:
    """称呼 in one language."""

    __slots__ = ("_catalogue", "_directory", "_language", "_messages")

    def __init__(self, house: Faces, language: Language) -> None:
        self._directory: Final = house.archive.departments()
        self._catalogue: Final = house.archive.catalogue()
        self._messages: Final = house.messages
        self._language: Final = language

    def department(self, code: str) -> str:
        """Name a department."""
        return self._directory.name(code, self._language) if code else ""

    def region(self, code: str) -> str:
        """Name an area within those around it: 青麓县青城镇; Qingcheng Town, Qinglu County."""
        known = areas(self._directory)
        names = [
            known[code[:end]] for end in _AREA_DIGITS if code[:end] in known and code[end - 1 :]
        ]
        if not names:
            return code
        if self._language == "zh":
            return "".join(zh for zh, _ in names)
        return ", ".join(en for _, en in reversed(names))

    def category(self, code: str, region: str = "") -> str:
        """Name a category, the code beside it."""
        found = self._catalogue.category(region, code)
        if found is None:
            return code
        name = (found.name_en or found.name) if self._language == "en" else found.name
        return self._beside(name, code)

    def entry(self, id_: str, region: str = "") -> str:
        """Name an entry of the catalogue by what it is about."""
        found = self._catalogue.entry(region, id_)
        if found is None or not found.category:
            return id_
        category = self._catalogue.category(region, found.category)
        if category is None:
            return id_
        name = (category.name_en or category.name) if self._language == "en" else category.name
        return self._beside(id_, name)

    def reasons(self, codes: Iterable[str], region: str = "") -> list[str]:
        """Say in sentences why the catalogue chose as it did."""
        said: list[str] = []
        beaten: list[str] = []
        for code in codes:
            kind, _, rest = code.partition(":")
            if kind == "beat":
                loser, _, criterion = rest.rpartition(":")
                why = self._text(f"routing.criterion.{criterion}")
                beaten.append(_WHY[self._language].format(self.entry(loser, region), why))
            else:
                said.append(self._reason(kind, rest, region))
        if beaten:
            losers = _CLAUSES[self._language].join(beaten)
            said.append(self._text("routing.beat", losers=losers))
        return said

    def fact(self, name: str, value: Any, region: str = "") -> str:
        """Say what stands in a field of an event; several lines where there is more to say."""
        if isinstance(value, bool):
            return self._text("choice.yes" if value else "choice.no")
        if isinstance(value, datetime):
            return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, Mapping):
            return self._mapping(value)
        if isinstance(value, (tuple, list, frozenset, set)):
            return self.join(self.fact(name, one, region) for one in value)
        if isinstance(value, float) and name in _SHARES:
            return f"{100 * value:.0f} %"
        return self._code(name, str(value.value if isinstance(value, Enum) else value), region)

    def indicators(self, text: str) -> str:
        """Say the codes of indicators within a text as their sentences."""

        def said(found: re.Match[str]) -> str:
            sentence = NATIONAL.sentence(found[0])
            return found[0] if sentence is None else getattr(sentence, self._language)

        return self.join(_INDICATOR.sub(said, text).split(", ")) if text else ""

    def join(self, words: Iterable[str]) -> str:
        """Enumerate as the language does."""
        return _JOINTS[self._language].join(words)

    def _code(self, name: str, code: str, region: str) -> str:
        if name in _DEPARTMENTS:
            return self.department(code)
        if name == "region":
            return self._beside(self.region(code), code)
        if name in ("category", "suggested"):
            return self.category(code, region)
        if name == "entry":
            return self.entry(code, region)
        if name == "reason" and _ROUTED.match(code):
            return "\n".join(self.reasons(code.split("; "), region))
        for key in (f"choice.{name}.{code}", f"{name}.{code}"):
            if self._messages.has(key):
                return self._text(key)
        return code

    def _mapping(self, value: Mapping[str, Any]) -> str:
        if "due_at" in value:
            return str(value["due_at"])[:16].replace("T", " ")
        pairs = ((self._text(f"field.{name}"), self.fact(name, one)) for name, one in value.items())
        return "\n".join(f"{name}: {said}" for name, said in pairs)

    def _reason(self, kind: str, rest: str, region: str) -> str:
        match kind:
            case "entry":
                return self._text("routing.entry", entry=self.entry(rest, region))
            case "category":
                return self._text("routing.category", category=self.category(rest, region))
            case "keywords":
                return self._text("routing.keywords", words=self.join(rest.split(",")))
            case "region":
                return self._text("routing.region", region=self.region(rest))
            case "type":
                return self._text("routing.type", type=self._text(f"type.{rest}"))
            case _:
                key = f"routing.{kind}"
                return self._text(key) if self._messages.has(key) else f"{kind} {rest}".strip()

    def _beside(self, name: str, other: str) -> str:
        return name if name == other else _BRACKETS[self._language].format(name, other)

    def _text(self, key: str, **values: object) -> str:
        return self._messages.text(self._language, key, **values)


def department_of(directory: DepartmentDirectory, written: str) -> str:
    """Read a department by its code or its name; what is neither stays for the rules to refuse."""
    written = written.strip()
    if not written or directory.get(written) is not None:
        return written
    return _codes_by_name(directory).get(written, written)


@lru_cache(maxsize=4)
def _codes_by_name(directory: DepartmentDirectory) -> Mapping[str, str]:
    found: dict[str, str] = {}
    twice: set[str] = set()
    for code in directory.codes():
        for name in {directory.name(code, "zh"), directory.name(code, "en")}:
            if found.setdefault(name, code) != code:
                twice.add(name)
    return {name: code for name, code in found.items() if name not in twice}


@lru_cache(maxsize=4)
def areas(directory: DepartmentDirectory) -> Mapping[str, tuple[str, str]]:
    """Give the areas of the organisation by code, as (中文, English); made once a directory."""
    found: dict[str, tuple[str, str]] = {}
    for code in directory.codes(*_AREAS):
        department = directory.get(code)
        if department is not None and department.region:
            found.setdefault(department.region, (department.name, directory.name(code, "en")))
    return found
