"""Who acts: roles and the actor that every command and event carries.

Roles follow the table in the domain handbook, section 1. A person may hold several roles; an actor
names the one role in which this act is done, so that the log can be read without the staff list.
"""

from enum import StrEnum

from hotline.values import dataclass


class Role(StrEnum):
    """角色: the capacity in which somebody or something acts."""

    OPERATOR = "operator"  # 话务员
    HANDLER = "handler"  # 经办人
    DEPARTMENT_ADMINISTRATOR = "department_administrator"  # 单位管理员
    DEPARTMENT_LEADER = "department_leader"  # 审核领导
    ASSIGNMENT_OFFICER = "assignment_officer"  # 派单员/审核员
    REVISITOR = "revisitor"  # 回访员
    SHIFT_LEAD = "shift_lead"  # 值班长
    KNOWLEDGE_EDITOR = "knowledge_editor"  # 知识库编辑
    WINDOW_CLERK = "window_clerk"  # 窗口人员
    MATTER_OFFICER = "matter_officer"  # 办不成事专员
    EVALUATION_OFFICER = "evaluation_officer"  # 好差评管理员
    SUPERVISION_OFFICER = "supervision_officer"  # 督查员
    ASSESSOR = "assessor"  # 考核员
    INSPECTOR = "inspector"  # 纪检监察
    LEADER = "leader"  # 领导
    PROXY = "proxy"  # 代办/网格
    MYSTERY_VISITOR = "mystery_visitor"  # 暗访员/评议员
    OBSERVER = "observer"  # 人大/政协
    SYSTEM_ADMINISTRATOR = "system_administrator"  # 系统管理员
    SECURITY_ADMINISTRATOR = "security_administrator"  # 安全管理员
    AUDIT_ADMINISTRATOR = "audit_administrator"  # 审计管理员
    CALLER = "caller"  # 诉求人
    EVALUATOR = "evaluator"  # 评价人
    PEER_SYSTEM = "peer_system"  # 上级平台, 12315, 110
    CLOCK = "clock"  # a timer fired
    SYSTEM = "system"  # a policy followed from an event


@dataclass(frozen=True, slots=True)
class Actor:
    """行为人: who did it, in which role, for which department ("" for none)."""

    person: str
    role: Role
    department: str = ""


CLOCK = Actor("clock", Role.CLOCK)
SYSTEM = Actor("system", Role.SYSTEM)
