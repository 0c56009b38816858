"""Which pages are generated, and by what. A test compares each with what stands in `docs/`."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from docs.tools.asyncapi import asyncapi_page
from docs.tools.glossary import glossary_page
from docs.tools.help import help_page
from docs.tools.refusals import refusals_page
from docs.tools.schemas import schema_pages
from docs.tools.settings import operate_page
from docs.tools.states import states_page

DOCS: Final = Path(__file__).parents[1]
PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "asyncapi.yaml": asyncapi_page,
    "glossary.md": glossary_page,
    "help.md": help_page,
    "how-to/operate.md": operate_page,
    "refusals.md": refusals_page,
    "states.md": states_page,
    **{name: partial(str, text) for name, text in schema_pages()},
}
