"""查询权限: who may ask which question, as data.

Observers (人大/政协) get aggregates only; the three administrators (三权分立) read no ticket; the
inspector reads everything and writes nothing. Domain handbook, sections 1 and 9.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from hotline.people.actors import Actor, Role
from hotline.people.scopes import (
    ADMINISTRATORS,
    DEPARTMENT_ROLES,
    HOTLINE_ROLES,
    MACHINES,
    Row,
    Scope,
)


class Query(StrEnum):
    """查询: a question that pages and the API can ask."""

    TICKET_LIST = "ticket_list"
    TICKET_READ = "ticket_read"
    TICKET_READ_SECRET = "ticket_read_secret"  # noqa: S105 - a question, no password
    PERSONAL_UNLOCK = "personal_unlock"  # full contact, with a stated reason, logged
    DEPARTMENT_INBOX = "department_inbox"
    REVISIT_WORKLIST = "revisit_worklist"
    TRIAGE_BOARD = "triage_board"  # what dissatisfied answers wait for
    LOOP_BOARD = "loop_board"  # poor evaluations by step, and the appeals against them
    DEADLINE_BOARD = "deadline_board"
    CITIZEN_HISTORY = "citizen_history"
    EVALUATION_STATISTICS = "evaluation_statistics"
    EVALUATION_LIST = "evaluation_list"
    EVALUATION_SIGNALS = "evaluation_signals"
    ERASURES = "erasures"
    KPI_READ = "kpi_read"
    RETURNS_BOARD = "returns_board"
    AUDIT_READ = "audit_read"
    ACCESS_LOG = "access_log"
    EVIDENCE_PACK = "evidence_pack"
    INSPECTION = "inspection"  # search over everything, time machine, suspicions, samples
    BULLETIN = "bulletin"
    DEAD_LETTERS = "dead_letters"
    TEXT_LOG = "text_log"
    CONTACT_TASKS = "contact_tasks"
    RECORDINGS = "recordings"  # of calls, with a stated reason, logged
    REPORTS = "reports"
    STAFF_ADMIN = "staff_admin"
    SETTINGS_ADMIN = "settings_admin"
    CHANGES_READ = "changes_read"  # who changed which setting, before beside after
    CATALOGUE_READ = "catalogue_read"
    CALENDAR_READ = "calendar_read"
    ARTICLES = "articles"  # the knowledge base


_OVERSEERS: Final = (Role.SUPERVISION_OFFICER, Role.ASSESSOR, Role.LEADER, Role.INSPECTOR)
_OFFICERS: Final = (Role.MATTER_OFFICER, Role.EVALUATION_OFFICER)
_STAFF: Final = (
    *sorted(HOTLINE_ROLES),
    *_OFFICERS,
    *_OVERSEERS,
)


def _row(*roles: Role, department: bool = False, own: bool = False) -> Row:
    row = dict.fromkeys(roles, Scope.ANY)
    if department:
        row |= dict.fromkeys(sorted(DEPARTMENT_ROLES), Scope.OWN_DEPARTMENT)
    if own:
        row |= dict.fromkeys((Role.CALLER, Role.EVALUATOR), Scope.OWN_TICKET)
    return MappingProxyType(row)


_CLERK: Final[Row] = {Role.WINDOW_CLERK: Scope.OWN_DEPARTMENT}

QUERIES: Final[Mapping[Query, Row]] = MappingProxyType(
    {
        Query.TICKET_LIST: {**_row(*_STAFF, department=True), **_CLERK},
        Query.TICKET_READ: {**_row(*_STAFF, department=True, own=True), **_CLERK},
        Query.TICKET_READ_SECRET: _row(
            *(Role.ASSIGNMENT_OFFICER, Role.SHIFT_LEAD, Role.REVISITOR, Role.INSPECTOR),
            *(Role.SUPERVISION_OFFICER, *_OFFICERS),
            department=True,
        ),
        Query.PERSONAL_UNLOCK: _row(
            *(Role.OPERATOR, Role.REVISITOR, Role.SHIFT_LEAD, Role.INSPECTOR, *_OFFICERS),
            department=True,
        ),
        Query.DEPARTMENT_INBOX: _row(
            Role.ASSIGNMENT_OFFICER, Role.SHIFT_LEAD, *_OVERSEERS, department=True
        ),
        Query.REVISIT_WORKLIST: _row(
            Role.REVISITOR, Role.EVALUATION_OFFICER, Role.SHIFT_LEAD, Role.INSPECTOR
        ),
        Query.TRIAGE_BOARD: _row(
            *(Role.SHIFT_LEAD, Role.MATTER_OFFICER, Role.SUPERVISION_OFFICER),
            *(Role.REVISITOR, Role.INSPECTOR),
        ),
        Query.LOOP_BOARD: _row(
            *(Role.EVALUATION_OFFICER, Role.REVISITOR, Role.SHIFT_LEAD),
            *_OVERSEERS,
            department=True,
        ),
        Query.DEADLINE_BOARD: _row(*_STAFF, department=True),
        Query.CITIZEN_HISTORY: _row(
            *(Role.OPERATOR, Role.ASSIGNMENT_OFFICER, Role.REVISITOR, Role.SHIFT_LEAD),
            *(*_OFFICERS, Role.INSPECTOR),
            own=True,
        ),
        Query.EVALUATION_STATISTICS: _row(*_STAFF, Role.OBSERVER, department=True),
        Query.EVALUATION_LIST: _row(
            Role.EVALUATION_OFFICER, Role.REVISITOR, *_OVERSEERS, department=True
        ),
        Query.EVALUATION_SIGNALS: _row(
            Role.EVALUATION_OFFICER, Role.SUPERVISION_OFFICER, Role.INSPECTOR
        ),
        Query.ERASURES: _row(Role.SHIFT_LEAD, Role.SUPERVISION_OFFICER, Role.INSPECTOR),
        Query.KPI_READ: _row(*_STAFF, Role.OBSERVER, department=True),
        Query.RETURNS_BOARD: _row(
            Role.ASSIGNMENT_OFFICER, Role.SHIFT_LEAD, *_OVERSEERS, department=True
        ),
        Query.AUDIT_READ: _row(Role.INSPECTOR, Role.AUDIT_ADMINISTRATOR),
        Query.ACCESS_LOG: _row(Role.INSPECTOR, Role.AUDIT_ADMINISTRATOR),
        Query.EVIDENCE_PACK: _row(Role.INSPECTOR, Role.SUPERVISION_OFFICER),
        Query.INSPECTION: _row(Role.INSPECTOR),
        Query.BULLETIN: _row(*_OVERSEERS),
        Query.DEAD_LETTERS: _row(Role.SYSTEM_ADMINISTRATOR),
        Query.TEXT_LOG: _row(
            Role.SHIFT_LEAD, Role.REVISITOR, Role.INSPECTOR, Role.SYSTEM_ADMINISTRATOR
        ),
        Query.CONTACT_TASKS: _row(Role.OPERATOR, Role.REVISITOR, Role.SHIFT_LEAD, Role.INSPECTOR),
        Query.RECORDINGS: _row(
            *(Role.SHIFT_LEAD, Role.EVALUATION_OFFICER, Role.SUPERVISION_OFFICER, Role.INSPECTOR)
        ),
        Query.REPORTS: _row(Role.EVALUATION_OFFICER, *_OVERSEERS, Role.SYSTEM_ADMINISTRATOR),
        Query.STAFF_ADMIN: _row(Role.SECURITY_ADMINISTRATOR),
        Query.SETTINGS_ADMIN: _row(Role.SYSTEM_ADMINISTRATOR),
        Query.CHANGES_READ: _row(*sorted(ADMINISTRATORS), Role.INSPECTOR, Role.SHIFT_LEAD),
        Query.CATALOGUE_READ: _row(
            *_STAFF,
            Role.KNOWLEDGE_EDITOR,
            Role.PROXY,
            Role.SYSTEM_ADMINISTRATOR,
            department=True,
        ),
        Query.ARTICLES: _row(*_STAFF, Role.KNOWLEDGE_EDITOR, department=True),
        Query.CALENDAR_READ: _row(*_STAFF, Role.SYSTEM_ADMINISTRATOR, department=True),
    }
)


def may_ask(actor: Actor, query: Query) -> bool:
    """Tell whether the role may ask this question at all."""
    return actor.role in MACHINES or actor.role in QUERIES[query]


def query_scope(actor: Actor, query: Query) -> Scope | None:
    """Tell how far the answer may reach; None where the question is not allowed."""
    return Scope.ANY if actor.role in MACHINES else QUERIES[query].get(actor.role)
