"""Menu 菜单: which pages there are, in which group, and who may open them."""

from collections.abc import Container
from dataclasses import dataclass
from typing import Final

from hotline.calls.commands import AcceptCall
from hotline.evaluations.commands import RecordService
from hotline.house.commands import PublishIndicators, PublishWording
from hotline.people.actors import Role
from hotline.people.command_table import COMMANDS
from hotline.people.commands import ChangeDepartment
from hotline.people.queries import QUERIES, Query
from hotline.people.staff import StaffMember
from hotline.routing.commands import ChoosePreset, PublishCalendar, PublishCatalogue
from hotline.tickets.commands import (
    AnswerDirectly,
    MergeTicket,
    PrecheckTicket,
    RefuseReturn,
    RegisterTicket,
)


@dataclass(frozen=True, slots=True)
class Item:
    """菜单项."""

    name: str
    path: str
    icon: str
    roles: Container[Role] | None  # None: everybody who is logged in


GROUPS: Final[tuple[tuple[str, tuple[Item, ...]], ...]] = (
    (
        "work",
        (
            Item("home", "/", "home", None),
            Item("new", "/tickets/new", "phone", COMMANDS[RegisterTicket]),
            Item("calls", "/calls", "calls", COMMANDS[AcceptCall]),
            Item("my", "/my", "tasks", COMMANDS[AnswerDirectly]),
            Item("dispatch", "/dispatch", "dispatch", COMMANDS[PrecheckTicket]),
            Item("decisions", "/decisions", "scales", COMMANDS[RefuseReturn]),
            Item("clusters", "/clusters", "cluster", COMMANDS[MergeTicket]),
            Item("inbox", "/inbox", "inbox", QUERIES[Query.DEPARTMENT_INBOX]),
            Item("revisits", "/revisits", "revisits", QUERIES[Query.REVISIT_WORKLIST]),
            Item("triage", "/triage", "scales", QUERIES[Query.TRIAGE_BOARD]),
            Item("loops", "/loops", "loop", QUERIES[Query.LOOP_BOARD]),
            Item("appeals", "/appeals", "appeal", QUERIES[Query.LOOP_BOARD]),
            Item("window", "/window", "star", COMMANDS[RecordService]),
            Item("contact_tasks", "/contact-tasks", "phone", QUERIES[Query.CONTACT_TASKS]),
            Item("knowledge", "/knowledge", "book", QUERIES[Query.ARTICLES]),
            Item("tickets", "/tickets", "tickets", QUERIES[Query.TICKET_LIST]),
        ),
    ),
    (
        "watch",
        (
            Item("deadlines", "/deadlines", "deadlines", QUERIES[Query.DEADLINE_BOARD]),
            Item("returns", "/returns", "returns", QUERIES[Query.RETURNS_BOARD]),
        ),
    ),
    (
        "inspection",
        (
            Item("inspect", "/inspect", "search", QUERIES[Query.INSPECTION]),
            Item("suspicions", "/inspect/suspicions", "flag", QUERIES[Query.INSPECTION]),
            Item("samples", "/inspect/samples", "dice", QUERIES[Query.INSPECTION]),
            Item("places", "/inspect/places", "tree", QUERIES[Query.INSPECTION]),
            Item("accesses", "/inspect/accesses", "eye", QUERIES[Query.ACCESS_LOG]),
        ),
    ),
    (
        "numbers",
        (
            Item("kpis", "/kpis", "kpis", QUERIES[Query.KPI_READ]),
            Item("signals", "/signals", "scales", QUERIES[Query.EVALUATION_SIGNALS]),
            Item("statistics", "/statistics", "star", QUERIES[Query.EVALUATION_STATISTICS]),
            Item("bulletins", "/bulletins", "bulletin", QUERIES[Query.BULLETIN]),
        ),
    ),
    (
        "administration",
        (
            Item("departments", "/admin/departments", "cluster", COMMANDS[ChangeDepartment]),
            Item("staff", "/admin/staff", "people", QUERIES[Query.STAFF_ADMIN]),
            Item("catalogue", "/admin/catalogue", "dispatch", COMMANDS[PublishCatalogue]),
            Item("presets", "/admin/presets", "deadlines", COMMANDS[ChoosePreset]),
            Item("calendars", "/admin/calendars", "calendar", COMMANDS[PublishCalendar]),
            Item("wordings", "/admin/wordings", "text", COMMANDS[PublishWording]),
            Item("indicators", "/admin/indicators", "star", COMMANDS[PublishIndicators]),
            Item("changes", "/admin/changes", "history", QUERIES[Query.CHANGES_READ]),
        ),
    ),
    (
        "system",
        (
            Item("texts", "/texts", "text", QUERIES[Query.TEXT_LOG]),
            Item("reports", "/reports", "returns", QUERIES[Query.REPORTS]),
            Item("erasures", "/erasures", "letters", QUERIES[Query.ERASURES]),
            Item("audit", "/audit", "audit", QUERIES[Query.AUDIT_READ]),
            Item("dead_letters", "/dead-letters", "letters", QUERIES[Query.DEAD_LETTERS]),
        ),
    ),
)


def menu_of(member: StaffMember | None) -> list[tuple[str, list[Item]]]:
    """List the pages that this member may open, group by group; a group of none is left out."""
    if member is None:
        return []
    found = [
        (name, [one for one in items if one.roles is None or member.acting_as(one.roles)])
        for name, items in GROUPS
    ]
    return [(name, items) for name, items in found if items]


def current(here: str, menu: list[tuple[str, list[Item]]]) -> str:
    """Name the item that a page belongs to: the longest path that the page's begins with."""
    paths = [
        item.path
        for _, items in menu
        for item in items
        if here == item.path or (item.path != "/" and here.startswith(item.path + "/"))
    ]
    return max(paths, key=len, default="")
