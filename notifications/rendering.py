"""短信文字: fills a template, in the recipient's language, into the body that is sent.

A directory is a language: an area adds `bo/`, `ii/` or `ug/` beside the others, with the same file
names, and no code. A template may use only what is in `data` and what is set up here; a missing
value is an error, never an empty place.

Words that the house published stand in place of a file. Where they fail on the values of a text,
which nobody foresaw, they never hold it up: the file that the product brings along is said instead.
"""

import base64
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, TypeAlias

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from hotline.people.masking import mask
from notifications.quiet_hours import SHANGHAI

FALLBACK_LANGUAGE: Final = "zh"
FREE_TEXT: Final = frozenset(
    {"what", "way", "line", "basis", "reason", "summary", "result", "text"}
)
"""Values that people typed; they pass the mask."""

Wordings: TypeAlias = Callable[[str, str], str]
"""Gives the words that the house published for (language, text), "" for none."""

IMPORT: Final = '{{%- import "{language}/words.jinja" as w -%}}'
"""What words may call; it stands before the words that the house published."""

_TAG_LENGTH: Final = 5
_COMPILED_MAX: Final = 256
_UNFORESEEN: Final = (TypeError, ValueError, KeyError, IndexError, AttributeError)
_BUILT_IN: Final = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """版式: what a city sets once for all its texts."""

    signature: str = "XX12345"
    hotline: str = "12345"
    link: str = ""  # own domain; nothing in it logs anybody in
    directories: tuple[Path, ...] = ()  # further or changed languages, asked first


def tag_of(intent_id: str) -> str:
    """Give the short mark at the end of a body, by which a provider's list is searched.

    Providers keep no reference of ours. 25 bits among the few texts of one number are enough.
    """
    digits = bytes.fromhex(intent_id.replace("-", ""))
    return "#" + base64.b32encode(digits).decode()[:_TAG_LENGTH]


class Renderer:
    """Writes bodies. `department_name` gives what citizens call a department."""

    def __init__(
        self,
        style: Style,
        department_name: Callable[[str], str],
        wordings: Wordings = lambda _language, _template: "",
    ) -> None:
        self._style: Final = style
        self._wordings: Final = wordings
        self._compiled: Final[dict[tuple[str, str], jinja2.Template]] = {}
        self._department_name: Final = department_name
        self._loader: Final = jinja2.FileSystemLoader([*style.directories, _BUILT_IN])
        self._environment: Final = ImmutableSandboxedEnvironment(
            loader=self._loader,
            undefined=jinja2.StrictUndefined,
            autoescape=False,
            keep_trailing_newline=False,
            auto_reload=False,
        )

    def body(
        self,
        intent_id: str,
        template: str,
        language: str,
        data: Mapping[str, str],
        code: str = "",
        *,
        rating_link: str = "",
    ) -> str:
        """Write the whole body: signature, words, mark. Nothing is cut."""
        values = {**self._values(data, code), "rating_link": rating_link}
        if own := self._wordings(language, template):
            with suppress(jinja2.TemplateError, *_UNFORESEEN):
                return self._signed(intent_id, self._compiled_words(language, own).render(values))
        return self._signed(intent_id, self._file(template, language).render(values))

    def trial(
        self, intent_id: str, language: str, words: str, data: Mapping[str, str], code: str = ""
    ) -> str | None:
        """Write a body with words that are not in force; None where they fail on these values."""
        values = {**self._values(data, code), "rating_link": data.get("rating_link", "")}
        try:
            return self._signed(intent_id, self._compiled_words(language, words).render(values))
        except (jinja2.TemplateError, *_UNFORESEEN):
            return None

    def built_in(self, template: str, language: str) -> str:
        """Give the words of the file, as the house may publish them."""
        path = f"{language}/{template}.jinja"
        source, _, _ = self._loader.get_source(self._environment, path)
        head, found, words = source.partition("-%}\n")
        return (words if found and head.startswith("{%- import") else source).rstrip("\n")

    def _file(self, template: str, language: str) -> jinja2.Template:
        return self._environment.select_template(
            [f"{language}/{template}.jinja", f"{FALLBACK_LANGUAGE}/{template}.jinja"]
        )

    def _compiled_words(self, language: str, words: str) -> jinja2.Template:
        key = (language, words)
        if key not in self._compiled:
            if len(self._compiled) > _COMPILED_MAX:
                self._compiled.clear()
            source = IMPORT.format(language=language) + words
            self._compiled[key] = self._environment.from_string(source)
        return self._compiled[key]

    def _signed(self, intent_id: str, words: str) -> str:
        return f"【{self._style.signature}】{words}{tag_of(intent_id)}"

    def _values(self, data: Mapping[str, str], code: str) -> dict[str, str | datetime | None]:
        values: dict[str, str | datetime | None] = {
            "hotline": self._style.hotline,
            "link": self._style.link,
            "code": code,
        }
        for key, value in data.items():
            values[key] = self._value(key, value)
        return values

    def _value(self, key: str, value: str) -> str | datetime | None:
        if key.endswith("_at"):
            return datetime.fromisoformat(value).astimezone(SHANGHAI) if value else None
        if key == "department" and value:
            return self._department_name(value)
        return mask(value, keep_landlines=True) if key in FREE_TEXT else value
