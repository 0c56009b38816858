"""Write the help of every page, as the panel behind the ? key shows it, in both languages."""

from typing import Final

from api.messages import house_messages

_HEAD: Final = """\
# Help, page by page

Generated from `api/translations` by `python -m docs.tools`; do not edit. On every page the `?` key
or the link above opens the lines of that page, followed by those of `general`.
"""


def help_page() -> str:
    """Write the page."""
    messages = house_messages()
    names = {key.rpartition(".")[0] for key in messages.section("zh", "help")}
    parts = [_HEAD]
    for name in sorted(names):
        pairs = zip(
            messages.section("zh", f"help.{name}").values(),
            messages.section("en", f"help.{name}").values(),
            strict=True,
        )
        parts.append(f"## {name}\n\n" + "".join(f"- {zh}  \n  {en}\n" for zh, en in pairs))
    return "\n".join(parts)
