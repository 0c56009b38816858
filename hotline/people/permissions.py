"""权限: who may send which command, ask which question and read which ticket.

Owns the reading of the two tables (`command_table`, `queries`) and nothing else: whether a command
fits the ticket's stage and the separation of duties between persons is for `decide`. The clock and
the policies pass; everything they do was caused by an event that had passed this table.
"""

from collections.abc import Iterable

from hotline.evaluations import commands as evaluations
from hotline.knowledge.commands import DraftArticle
from hotline.knowledge.state import Article
from hotline.people.actors import Actor
from hotline.people.command_table import COMMANDS, AnyCommand
from hotline.people.queries import QUERIES, Query, may_ask, query_scope
from hotline.people.scopes import (
    ADMINISTRATORS,
    CITIZENS,
    DEPARTMENT_ROLES,
    HOTLINE_ROLES,
    KINDS_OF_ROLE,
    MACHINES,
    Row,
    Scope,
)
from hotline.people.sight import sight_of
from hotline.refusal import Refusal
from hotline.tickets import commands as tickets
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import Kind, Secrecy

__all__ = [
    "ADMINISTRATORS",
    "CITIZENS",
    "COMMANDS",
    "DEPARTMENT_ROLES",
    "HOTLINE_ROLES",
    "KINDS_OF_ROLE",
    "MACHINES",
    "QUERIES",
    "AnyCommand",
    "Query",
    "Row",
    "Scope",
    "check",
    "may_ask",
    "may_read_ticket",
    "may_send",
    "query_scope",
]


def may_send(actor: Actor, command_type: type[AnyCommand]) -> bool:
    """Tell whether the role may send such a command at all; for menus and buttons."""
    return actor.role in MACHINES or actor.role in COMMANDS[command_type]


def check(actor: Actor, command: AnyCommand, state: object) -> Refusal | None:
    """Refuse what the table does not allow on this state; None where it does."""
    if actor.role in MACHINES:
        return None
    scope = COMMANDS[type(command)].get(actor.role)
    if scope is None:
        return Refusal("role-forbidden", {"role": actor.role.value})
    kinds = KINDS_OF_ROLE.get(actor.role)
    if kinds is not None and (kind := _kind(command, state)) is not None and kind not in kinds:
        return Refusal("role-forbidden", {"role": actor.role.value})
    match scope:
        case Scope.OWN_DEPARTMENT:
            if actor.department not in _departments(command, state):
                return Refusal("not-your-department", {"department": actor.department})
        case Scope.OWN_TICKET:
            if (caller := _caller(command, state)) is not None and caller != actor.person:
                return Refusal("not-your-ticket")
        case Scope.ANY:
            pass
    return None


def _kind(command: AnyCommand, state: object) -> Kind | None:
    if isinstance(command, tickets.RegisterTicket):
        return command.kind
    return state.kind if isinstance(state, Ticket) else None


def _departments(command: AnyCommand, state: object) -> tuple[str, ...]:
    """List the departments whose own business this command is."""
    if isinstance(command, evaluations.RecordService):
        return (command.department,)
    if isinstance(state, Article):
        kept = state.department
        return () if isinstance(command, DraftArticle) and command.department != kept else (kept,)
    if isinstance(command, DraftArticle):
        return (command.department,)
    if not isinstance(state, Ticket):
        return ()
    if isinstance(command, tickets.CompleteAssist):
        return tuple(assist.department for assist in state.assists)
    return (state.lead,) if state.lead else ()


def _caller(command: AnyCommand, state: object) -> str | None:
    """Name whose ticket it is; "" is an anonymous one, whose caller proved it by the query code."""
    if isinstance(command, tickets.RegisterTicket):
        return command.caller or None
    return state.caller if isinstance(state, Ticket) else None


def may_read_ticket(
    actor: Actor, *, lead: str, assists: Iterable[str], caller: str, secrecy: Secrecy, kind: Kind
) -> bool:
    """Tell whether a ticket may be shown, masked as its secrecy demands."""
    return sight_of(actor).covers(
        lead=lead, assists=assists, caller=caller, secrecy=secrecy, kind=kind
    )
