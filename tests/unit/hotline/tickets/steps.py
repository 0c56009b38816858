"""The steps of an ordinary ticket, each sent by the person who may."""

from hotline.tickets.commands import (
    AcceptReturn,
    AcknowledgeTicket,
    AnswerTicket,
    AssignTicket,
    PrecheckTicket,
    RecordContact,
    RecordRevisit,
    RegisterTicket,
    ReturnTicket,
    ReviewAnswer,
    SubmitFeedback,
)
from hotline.tickets.vocabulary import (
    Channel,
    ContactWay,
    ReturnGround,
    TicketType,
)
from tests.unit.hotline.tickets.scenario import (
    ADMINISTRATOR,
    ASSIGNER,
    HANDLER,
    LEADER,
    OPERATOR,
    OTHER_ASSIGNER,
    REVISITOR,
    WATER,
    Act,
    act,
)

REGISTER = RegisterTicket(
    type=TicketType.COMPLAINT,
    channel=Channel.PHONE,
    region="511800",
    title="路灯不亮",
    summary="某街道路灯三天不亮",
    caller="citizen/1",
    category="020101",
)
PRECHECK = PrecheckTicket(type=TicketType.COMPLAINT, category="020101")
ANSWER = AnswerTicket(
    public_text="路灯已修复。",
    internal_text="更换线路。",
    basis="城市照明管理规定",
    solved=True,
    evidence=("sha256:1",),
)
PASS = ReviewAnswer(
    approved=True,
    contact_proven=True,
    answers_question=True,
    basis_stated=True,
    no_template=True,
    no_personal_data=True,
)
RETURN = ReturnTicket(ground=ReturnGround.FUNCTION, basis="三定方案")
UNREACHED = RecordRevisit(way=ContactWay.PHONE, connected=False)

registered = act(REGISTER, OPERATOR)
prechecked = act(PRECHECK, ASSIGNER)
contacted = act(RecordContact(way=ContactWay.PHONE, evidence="call"), HANDLER)
drafted = act(ANSWER, HANDLER)
submitted = act(SubmitFeedback(), LEADER)
passed = act(PASS, OTHER_ASSIGNER)


def assigned(lead: str = WATER, *assists: str) -> Act:
    return act(AssignTicket(lead=lead, assists=assists, entry="catalogue-1"), ASSIGNER)


acknowledged = act(AcknowledgeTicket(), ADMINISTRATOR)


def revisited(*, solved: bool = True, satisfaction: int = 4) -> Act:
    command = RecordRevisit(
        way=ContactWay.PHONE, connected=True, solved=solved, satisfaction=satisfaction
    )
    return act(command, REVISITOR)


returned = act(RETURN, ADMINISTRATOR)
return_accepted = act(AcceptReturn(lesson="catalogue entry was wrong"), OTHER_ASSIGNER)

IN_HANDLING = (registered, prechecked, assigned(), acknowledged)
AWAITING_REVIEW = (*IN_HANDLING, contacted, drafted, submitted)
AWAITING_REVISIT = (*AWAITING_REVIEW, passed)
CLOSED = (*AWAITING_REVISIT, revisited())
IN_TRIAGE = (*AWAITING_REVISIT, revisited(solved=False))
