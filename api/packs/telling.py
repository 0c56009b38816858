"""Telling 陈述: what an evidence pack says of a ticket, in words and in tables."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from api import reading
from api.desk_ports import KeptFile
from api.messages import Language
from api.naming import Naming
from api.packs.document import Section
from api.pages.tickets import told_of
from api.ports import Faces
from hotline.clocks.calendar import SHANGHAI
from hotline.clocks.due import Due, explain
from hotline.people.access import Access

_SHOWN: Final = (
    *("kind", "type", "channel", "stage", "category", "region", "place", "urgency", "secrecy"),
    *("lead", "summary"),
)
_DUES: Final = ("citizen_due", "department_due", "stage_due", "contact_due")


class Teller:
    """陈述 of one ticket in one language."""

    def __init__(
        self, house: Faces, naming: Naming, language: Language, seen: reading.Detail
    ) -> None:
        self._house, self._naming, self._language, self._seen = house, naming, language, seen
        self._names = {one.person: one.display_name for one in house.accounts.staff()}

    def ticket(self) -> dict[str, Any]:
        """Tell the ticket as it stands."""
        state = self._seen.state
        return {
            "number": state.number,
            "version": self._seen.version,
            "title": state.title,
            **{name: self._value(name) for name in _SHOWN},
        }

    def deadlines(self) -> list[dict[str, Any]]:
        """Tell every due date that the history holds, each with its stored explanation."""
        return [
            {"version": version, "clock": name, **(reading.described_due(due) or {})}
            for version, name, due in self._dues()
        ]

    def sections(
        self,
        *,
        looks: Sequence[Access],
        texts: Sequence[Mapping[str, Any]],
        attachments: Sequence[KeptFile],
        links: Sequence[Mapping[str, Any]],
    ) -> list[Section]:
        """Tell the whole as chapters of a document."""
        say = self._say
        return [
            Section(say("pack.header"), pairs=self._header()),
            Section(
                say("pack.timeline"),
                head=[say("page.version"), say("page.when"), say("page.what"), say("page.who"), ""],
                rows=[self._fact(line) for line in self._seen.facts],
                widths=(7, 20, 18, 22, 45),
            ),
            Section(
                say("pack.deadlines"),
                head=[say("page.version"), say("page.what"), say("page.due"), say("page.why")],
                rows=[self._due(*one) for one in self._dues()],
                widths=(7, 16, 20, 69),
            ),
            Section(
                say("pack.texts"),
                paragraphs=[] if texts else [say("pack.none")],
                head=[say("page.text_template"), say("page.text_status"), say("page.text_created")],
                rows=[self._text(one) for one in texts],
                widths=(40, 30, 30),
            ),
            Section(
                say("pack.attachments"),
                paragraphs=[] if attachments else [say("pack.none")],
                head=[say("page.name"), "SHA-256"],
                rows=[(one.name, one.digest) for one in attachments],
                widths=(35, 65),
            ),
            Section(
                say("pack.accesses"),
                paragraphs=[] if looks else [say("pack.none")],
                head=[say("page.when"), say("page.who"), say("page.what"), say("pack.address")],
                rows=[self._look(one) for one in looks],
                widths=(24, 36, 20, 20),
            ),
            Section(
                say("pack.chain"),
                paragraphs=[say("pack.chain_text")],
                head=[say("page.version"), "SHA-256"],
                rows=[(str(link["version"]), str(link["hash"])) for link in links],
                widths=(10, 90),
            ),
        ]

    def _header(self) -> list[tuple[str, str]]:
        state = self._seen.state
        return [
            (self._say("page.number"), state.number),
            (self._say("page.title"), state.title),
            *((self._name(name), self._value(name)) for name in _SHOWN if self._value(name)),
        ]

    def _fact(self, line: Any) -> tuple[str, ...]:
        fact = line.fact
        said = told_of(self._house, self._naming, fact.event, self._seen.state.region)
        listed = "\n".join(f"{self._say('field.' + name)}：{value}" for name, value in said)
        recorded = line.recorded_at.astimezone(SHANGHAI)
        when = _moment(fact.occurred_at)
        if abs((line.recorded_at - fact.occurred_at).total_seconds()) >= 60:  # noqa: PLR2004 - a minute
            when += f"\n({self._say('pack.recorded')} {recorded:%m-%d %H:%M})"
        event = self._say(f"event.{type(fact.event).__name__}")
        return (str(line.version), when, event, self._who(fact.actor), listed)

    def _due(self, version: int, name: str, due: Due) -> tuple[str, ...]:
        clock = self._say(f"page.clock.{name.removesuffix('_due')}")
        told = "\n".join(explain(due, self._language))
        return (str(version), clock, _moment(due.due_at), told)

    def _dues(self) -> list[tuple[int, str, Due]]:
        found = []
        for line in self._seen.facts:
            for name in _DUES:
                due = getattr(line.fact.event, name, None)
                if isinstance(due, Due):
                    found.append((line.version, name, due))
        return found

    def _text(self, text: Mapping[str, Any]) -> tuple[str, ...]:
        return (
            self._say(f"template.{text['template']}"),
            self._say(f"text_status.{text['status']}"),
            str(text["created_at"])[:16].replace("T", " "),
        )

    def _look(self, look: Access) -> tuple[str, ...]:
        action = self._say(f"look.{look.action.value}")
        told = f"{action} {look.detail}" if look.action.value == "unlock" else action
        return (_moment(look.at), self._who(look.actor), told, look.address)

    def _who(self, actor: Any) -> str:
        name = self._names.get(actor.person, actor.person)
        parts = (self._say(f"role.{actor.role.value}"), self._naming.department(actor.department))
        return f"{name}\n{' · '.join(filter(None, parts))}"

    def _name(self, name: str) -> str:
        for key in (f"field.{name}", f"page.{name}"):
            if self._house.messages.has(key):
                return self._say(key)
        return self._say(f"state_field.{name}")

    def _value(self, name: str) -> str:
        return self._naming.fact(name, getattr(self._seen.state, name), self._seen.state.region)

    def _say(self, key: str, **values: object) -> str:
        return self._house.messages.text(self._language, key, **values)


def _moment(at: Any) -> str:
    return str(at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"))
