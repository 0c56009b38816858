"""权限表: which role may send which command, as data.

Source: the table of users and roles in the domain handbook, section 1. An empty row is sent by the
clock or by a policy only.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from hotline.calls import commands as calls
from hotline.calls.commands import CallCommand
from hotline.correspondence import commands as correspondence
from hotline.correspondence.commands import CorrespondenceCommand
from hotline.evaluations import commands as evaluations
from hotline.evaluations.commands import ServiceCommand
from hotline.house import commands as house
from hotline.house.commands import HouseCommand
from hotline.inspection import commands as inspection
from hotline.inspection.commands import InspectionCommand
from hotline.knowledge import commands as knowledge
from hotline.knowledge.commands import KnowledgeCommand
from hotline.people import commands as people
from hotline.people.actors import Role
from hotline.people.commands import OrganisationCommand
from hotline.people.scopes import Row, Scope
from hotline.routing import commands as routing
from hotline.routing.commands import SettingsCommand
from hotline.tickets import commands as tickets
from hotline.tickets.commands import TicketCommand

AnyCommand: TypeAlias = (
    TicketCommand
    | ServiceCommand
    | CorrespondenceCommand
    | KnowledgeCommand
    | CallCommand
    | OrganisationCommand
    | SettingsCommand
    | InspectionCommand
    | HouseCommand
)


def _row(
    *any_: Role, own: Iterable[Role] = (), caller: bool = False, anywhere: Iterable[Role] = ()
) -> Row:
    """Write one row: `any_` and `anywhere` without bounds, `own` within their department."""
    row = dict.fromkeys((*any_, *anywhere), Scope.ANY)
    row |= dict.fromkeys(own, Scope.OWN_DEPARTMENT)
    if caller:
        row[Role.CALLER] = Scope.OWN_TICKET
    return MappingProxyType(row)


_NOBODY: Final = _row()  # only the clock or a policy
_ASSIGNERS: Final = (Role.ASSIGNMENT_OFFICER, Role.MATTER_OFFICER, Role.EVALUATION_OFFICER)
_WORKERS: Final = (Role.HANDLER, Role.DEPARTMENT_ADMINISTRATOR)
_SIGNERS: Final = (Role.DEPARTMENT_ADMINISTRATOR, Role.DEPARTMENT_LEADER)
_DEPARTMENT: Final = (*_WORKERS, Role.DEPARTMENT_LEADER)

_INTAKE: Final[Mapping[type[AnyCommand], Row]] = {
    tickets.RegisterTicket: _row(
        *(Role.OPERATOR, Role.ASSIGNMENT_OFFICER, Role.SHIFT_LEAD, Role.MATTER_OFFICER),
        *(Role.WINDOW_CLERK, Role.PROXY, Role.PEER_SYSTEM),
        caller=True,
    ),
    tickets.AnswerDirectly: _row(Role.OPERATOR, Role.SHIFT_LEAD),
    tickets.RefuseTicket: _row(
        Role.OPERATOR, Role.ASSIGNMENT_OFFICER, Role.SHIFT_LEAD, Role.MATTER_OFFICER
    ),
    tickets.MergeTicket: _row(Role.ASSIGNMENT_OFFICER, Role.SHIFT_LEAD),
    tickets.UnmergeTicket: _row(Role.ASSIGNMENT_OFFICER, Role.SHIFT_LEAD),
    tickets.LinkChild: _NOBODY,
    tickets.UnlinkChild: _NOBODY,
    tickets.AskForInformation: _row(
        Role.OPERATOR, Role.ASSIGNMENT_OFFICER, Role.SHIFT_LEAD, Role.MATTER_OFFICER
    ),
    tickets.ProvideInformation: _row(
        Role.OPERATOR, Role.ASSIGNMENT_OFFICER, Role.PEER_SYSTEM, Role.PROXY, caller=True
    ),
    tickets.AppendAddition: _row(
        Role.OPERATOR, Role.MATTER_OFFICER, Role.PEER_SYSTEM, Role.PROXY, caller=True
    ),
    tickets.CorrectTicket: _row(
        Role.OPERATOR, Role.ASSIGNMENT_OFFICER, Role.SHIFT_LEAD, Role.MATTER_OFFICER
    ),
}

_ASSIGNMENT: Final[Mapping[type[AnyCommand], Row]] = {
    tickets.PrecheckTicket: _row(Role.ASSIGNMENT_OFFICER, Role.SHIFT_LEAD),
    tickets.AssignTicket: _row(*_ASSIGNERS, Role.SHIFT_LEAD),
    tickets.AcknowledgeTicket: _row(own=_WORKERS),
    tickets.RecordContact: _row(own=_WORKERS),
    tickets.RequestAssist: _row(own=_DEPARTMENT),
    tickets.CompleteAssist: _row(own=_DEPARTMENT),
    tickets.WaiveAssist: _row(own=_SIGNERS, anywhere=(Role.ASSIGNMENT_OFFICER,)),
    tickets.ReturnTicket: _row(own=_SIGNERS),
    tickets.AcceptReturn: _row(*_ASSIGNERS, Role.SHIFT_LEAD),
    tickets.RefuseReturn: _row(*_ASSIGNERS, Role.SHIFT_LEAD),
    tickets.AdjudicateTicket: _row(Role.SHIFT_LEAD, Role.EVALUATION_OFFICER),
}

_TIME: Final[Mapping[type[AnyCommand], Row]] = {
    tickets.RequestExtension: _row(own=(Role.DEPARTMENT_LEADER,)),
    tickets.GrantExtension: _row(Role.ASSIGNMENT_OFFICER, Role.LEADER, Role.MATTER_OFFICER),
    tickets.DenyExtension: _row(Role.ASSIGNMENT_OFFICER, Role.LEADER, Role.MATTER_OFFICER),
    tickets.RequestSuspension: _row(own=(Role.DEPARTMENT_LEADER,)),
    tickets.SuspendTicket: _row(Role.ASSIGNMENT_OFFICER, Role.MATTER_OFFICER),
    tickets.DenySuspension: _row(Role.ASSIGNMENT_OFFICER, Role.MATTER_OFFICER),
    tickets.ResumeTicket: _row(
        Role.ASSIGNMENT_OFFICER, Role.MATTER_OFFICER, own=(Role.DEPARTMENT_LEADER,)
    ),
    tickets.RecomputeDue: _NOBODY,
    tickets.FireTimer: _NOBODY,
}

_ANSWERING: Final[Mapping[type[AnyCommand], Row]] = {
    tickets.ReportStage: _row(own=_DEPARTMENT),
    tickets.AnswerTicket: _row(own=_WORKERS),
    tickets.SubmitFeedback: _row(own=(Role.DEPARTMENT_LEADER,)),
    tickets.ReviewAnswer: _row(Role.ASSIGNMENT_OFFICER, Role.SHIFT_LEAD, Role.MATTER_OFFICER),
    tickets.RecordRevisit: _row(Role.REVISITOR, Role.EVALUATION_OFFICER),
    tickets.OrderRedo: _row(Role.SHIFT_LEAD, Role.MATTER_OFFICER),
    tickets.ProposeExplainedClosure: _row(Role.SHIFT_LEAD, Role.MATTER_OFFICER),
    tickets.ApproveExplainedClosure: _row(Role.SHIFT_LEAD, Role.SUPERVISION_OFFICER),
    tickets.DenyExplainedClosure: _row(Role.SHIFT_LEAD, Role.SUPERVISION_OFFICER),
    tickets.CloseTicket: _row(Role.OPERATOR, Role.REVISITOR, Role.SHIFT_LEAD, Role.MATTER_OFFICER),
    tickets.RaiseObjection: _row(
        Role.OPERATOR, Role.REVISITOR, Role.PROXY, Role.PEER_SYSTEM, caller=True
    ),
    tickets.ArchiveTicket: _row(Role.SHIFT_LEAD),
}

_OVERSIGHT: Final[Mapping[type[AnyCommand], Row]] = {
    tickets.UrgeTicket: _row(
        *(Role.OPERATOR, Role.ASSIGNMENT_OFFICER, Role.REVISITOR, Role.SHIFT_LEAD),
        *(Role.MATTER_OFFICER, Role.EVALUATION_OFFICER, Role.SUPERVISION_OFFICER, Role.LEADER),
        caller=True,
    ),
    tickets.OpenSupervision: _row(Role.SHIFT_LEAD, Role.SUPERVISION_OFFICER, Role.LEADER),
    tickets.CloseSupervision: _row(Role.SHIFT_LEAD, Role.SUPERVISION_OFFICER),
    tickets.RequestExclusion: _row(Role.REVISITOR, own=_SIGNERS),
    tickets.ApproveExclusion: _row(Role.SHIFT_LEAD, Role.SUPERVISION_OFFICER),
    tickets.RefuseExclusion: _row(Role.SHIFT_LEAD, Role.SUPERVISION_OFFICER),
    tickets.PlaceLegalHold: _row(Role.SHIFT_LEAD, Role.SUPERVISION_OFFICER),
    tickets.LiftLegalHold: _row(Role.SUPERVISION_OFFICER),
}

_LOOPS: Final[Mapping[type[AnyCommand], Row]] = {
    tickets.TriageMatter: _row(Role.MATTER_OFFICER),
    tickets.SettleOnSpot: _row(Role.MATTER_OFFICER, Role.WINDOW_CLERK),
    tickets.GiveNotice: _row(Role.MATTER_OFFICER, Role.WINDOW_CLERK),
    tickets.OpenJointReview: _row(Role.MATTER_OFFICER),
    tickets.ConcludeJointReview: _row(Role.MATTER_OFFICER),
    tickets.GiveFeedback: _row(Role.MATTER_OFFICER, own=_DEPARTMENT),
    tickets.RecordImprovement: _row(own=_SIGNERS),
    tickets.FileAppeal: _row(own=_DEPARTMENT),
    tickets.DecideAppeal: _row(Role.EVALUATION_OFFICER, Role.SHIFT_LEAD),
    tickets.OrderRectification: _row(
        Role.MATTER_OFFICER, Role.SHIFT_LEAD, Role.SUPERVISION_OFFICER
    ),
    tickets.CompleteRectification: _row(own=_DEPARTMENT),
    tickets.RecordLaterEvaluation: _NOBODY,
    tickets.CheckRectification: _row(Role.EVALUATION_OFFICER),
}

_SERVICES: Final[Mapping[type[AnyCommand], Row]] = {
    evaluations.RecordService: _row(Role.PEER_SYSTEM, own=(Role.WINDOW_CLERK,)),
    evaluations.RecordEvaluation: _row(
        Role.CALLER, Role.EVALUATOR, Role.PROXY, Role.PEER_SYSTEM, Role.MYSTERY_VISITOR
    ),
    evaluations.RecordReason: _row(
        Role.CALLER, Role.EVALUATOR, Role.PEER_SYSTEM, Role.REVISITOR, Role.PROXY
    ),
    evaluations.RateLater: _row(Role.CALLER, Role.EVALUATOR, Role.PEER_SYSTEM),
    evaluations.MarkEvaluation: _NOBODY,
    evaluations.OpenRerateWindow: _NOBODY,
    evaluations.LinkLoop: _NOBODY,
    evaluations.InviteEvaluation: _row(Role.EVALUATION_OFFICER),
    evaluations.FireInvitation: _NOBODY,
    evaluations.RaiseSignals: _NOBODY,
    evaluations.ReviewSignals: _row(Role.EVALUATION_OFFICER, Role.SUPERVISION_OFFICER),
}

_SPEAKERS: Final = (Role.OPERATOR, Role.REVISITOR, Role.SHIFT_LEAD)

_CORRESPONDENCE: Final[Mapping[type[AnyCommand], Row]] = {
    correspondence.ReceiveText: _NOBODY,
    correspondence.SettleText: _NOBODY,
    correspondence.StopInvitations: _row(*_SPEAKERS),
    correspondence.ResumeInvitations: _row(*_SPEAKERS),
    correspondence.ReportUndelivered: _NOBODY,
    correspondence.ReportMissedCall: _NOBODY,
    correspondence.CompleteContactTask: _row(*_SPEAKERS),
    correspondence.RequestErasure: _row(*_SPEAKERS, caller=True),
    correspondence.GrantErasure: _row(Role.SHIFT_LEAD, Role.SUPERVISION_OFFICER),
    correspondence.DenyErasure: _row(Role.SHIFT_LEAD, Role.SUPERVISION_OFFICER),
    correspondence.ConfirmErasure: _NOBODY,
}

_AT_THE_LINE: Final = (Role.OPERATOR, Role.SHIFT_LEAD)

_CALLS: Final[Mapping[type[AnyCommand], Row]] = {
    calls.ReceiveCall: _NOBODY,
    calls.ChooseCallLanguage: _NOBODY,
    calls.AcceptCall: _row(*_AT_THE_LINE),
    calls.PassCall: _row(*_AT_THE_LINE),
    calls.ReportLine: _NOBODY,
    calls.EndTalk: _row(*_AT_THE_LINE),
    calls.TurnCallAway: _NOBODY,
    calls.RateCall: _NOBODY,
    calls.GiveCallReason: _NOBODY,
    calls.LinkCallTicket: _row(*_AT_THE_LINE),
    calls.KeepRecording: _NOBODY,
    calls.EraseRecording: _NOBODY,
    calls.ConfirmRecordingErased: _NOBODY,
    calls.FireCallTimer: _NOBODY,
}

_EDITORS: Final = (Role.KNOWLEDGE_EDITOR, Role.SHIFT_LEAD)

_KNOWLEDGE: Final[Mapping[type[AnyCommand], Row]] = {
    knowledge.DraftArticle: _row(*_EDITORS, own=_DEPARTMENT),
    knowledge.PublishArticle: _row(*_EDITORS),
    knowledge.SendBackArticle: _row(*_EDITORS),
    knowledge.RetireArticle: _row(*_EDITORS, own=_SIGNERS),
    knowledge.CiteArticle: _NOBODY,
    knowledge.ReportArticle: _row(*_SPEAKERS),
}

_ORGANISATION: Final[Mapping[type[AnyCommand], Row]] = {
    people.AddDepartment: _row(Role.SYSTEM_ADMINISTRATOR),
    people.ChangeDepartment: _row(Role.SYSTEM_ADMINISTRATOR),
    people.RetireDepartment: _row(Role.SYSTEM_ADMINISTRATOR),
    people.ChangeDutyPhone: _row(Role.SYSTEM_ADMINISTRATOR),
    people.AppointStaff: _row(Role.SECURITY_ADMINISTRATOR),
    people.DismissStaff: _row(Role.SECURITY_ADMINISTRATOR),
    people.InviteStaff: _row(Role.SECURITY_ADMINISTRATOR),
    people.AcceptInvitation: _NOBODY,
    people.DisableStaff: _row(Role.SECURITY_ADMINISTRATOR),
    people.EnableStaff: _row(Role.SECURITY_ADMINISTRATOR),
    routing.PublishCatalogue: _row(Role.SYSTEM_ADMINISTRATOR, Role.SHIFT_LEAD),
    routing.AddCatalogueEntry: _row(Role.SHIFT_LEAD, Role.ASSIGNMENT_OFFICER),
    routing.RetireCatalogueEntry: _row(Role.SHIFT_LEAD, Role.ASSIGNMENT_OFFICER),
    routing.ChoosePreset: _row(Role.SYSTEM_ADMINISTRATOR),
    routing.PublishCalendar: _row(Role.SYSTEM_ADMINISTRATOR),
    house.PublishIndicators: _row(Role.SYSTEM_ADMINISTRATOR, Role.EVALUATION_OFFICER),
    house.PublishWording: _row(Role.SYSTEM_ADMINISTRATOR),
    house.WithdrawWording: _row(Role.SYSTEM_ADMINISTRATOR),
}

_INSPECTION: Final[Mapping[type[AnyCommand], Row]] = {
    inspection.ExamineSuspicion: _row(Role.INSPECTOR),
    inspection.DrawSample: _row(Role.INSPECTOR),
    inspection.RecordFinding: _row(Role.INSPECTOR),
}
"""What inspectors put on record beside the tickets; no command of theirs reaches a ticket."""

COMMANDS: Final[Mapping[type[AnyCommand], Row]] = MappingProxyType(
    {
        **_INTAKE,
        **_ASSIGNMENT,
        **_TIME,
        **_ANSWERING,
        **_OVERSIGHT,
        **_LOOPS,
        **_SERVICES,
        **_CORRESPONDENCE,
        **_KNOWLEDGE,
        **_CALLS,
        **_ORGANISATION,
        **_INSPECTION,
    }
)
"""Every command there is."""
