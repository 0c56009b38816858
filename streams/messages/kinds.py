"""报文种类: what may stand on the intake topics, field by field, and which command it asks for.

These types are a contract with other systems: they change by a new version and an upcaster, never
by themselves when a command gets a field. Names and words are those of the JSON API.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, NamedTuple, TypeAlias

import msgspec
from msgspec import Meta

from handlers.envelope import Command, Personal
from hotline.evaluations.commands import RecordEvaluation, RecordService
from hotline.evaluations.vocabulary import (
    EvaluationChannel,
    EvaluationKind,
    EvaluationSource,
    Node,
    RatedObject,
)
from hotline.people.masking import mask
from hotline.tickets.commands import RegisterTicket
from hotline.tickets.vocabulary import Channel, Kind, Secrecy, TicketType, Urgency
from streams.messages.topics import CALLS, EVALUATIONS, SERVICES, WEB_COMPLAINTS

Words: TypeAlias = Annotated[str, Meta(max_length=8000)]
Short: TypeAlias = Annotated[str, Meta(max_length=200)]
Given: TypeAlias = Annotated[str, Meta(min_length=1, max_length=200)]
Part: TypeAlias = Annotated[str, Meta(min_length=1, max_length=100, pattern="^[^/]+$")]
"""Part of the name of a stream."""
AdmittedKind: TypeAlias = Literal["hotline", "matter"]
"""A ticket about a poor evaluation follows from a rating; nobody registers one."""
AdmittedChannel: TypeAlias = Literal[
    "01", "02", "03", "04", "05", "06", "07", "08", "10", "11", "12", "13"
]
Moment: TypeAlias = Annotated[datetime, Meta(tz=True)]
Count: TypeAlias = Annotated[int, Meta(ge=0, le=1_000_000)]
Shorts: TypeAlias = Annotated[tuple[Short, ...], Meta(max_length=100)]


class _Person(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """来人: personal fields, each optional. They go into the vault, never into the log."""

    name: Short = ""
    phone: Short = ""
    address: Short = ""
    id_number: Short = ""


class _Registration(_Person, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """登记: what calls and web complaints have in common."""

    type: TicketType
    region: Given
    title: Annotated[str, Meta(min_length=1, max_length=8000)]
    text: Words = ""
    kind: AdmittedKind = "hotline"
    category: Short = ""
    urgency: Urgency = Urgency.NORMAL
    secrecy: Secrecy = Secrecy.MASKED
    enterprise: bool = False
    language: Short = "zh"
    place: Short = ""
    external_id: Short = ""
    item_code: Short = ""
    service_number: Short = ""
    visits_count: Count = 0
    rated_department: Short = ""
    attachments: Shorts = ()


class Call(_Registration, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """来电: a call that a call centre took, to be registered as a ticket."""

    channel: AdmittedChannel = "01"
    recording: Short = ""


class WebComplaint(_Registration, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """网上诉求: what a citizen wrote on a site or in an app, to be registered as a ticket."""

    channel: AdmittedChannel = "02"


class FinishedService(_Person, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """办件: a service that took place, to be invited and rated."""

    project_no: Part
    service_number: Part
    region: Given
    department: Given
    item_code: Given
    item_name: Given
    node: Node
    object: RatedObject
    served_at: Moment
    staff: Short = ""
    ticket: Short = ""


class Evaluation(_Person, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """评价: a rating of a service that was sent before, once."""

    project_no: Part
    service_number: Part
    level: Annotated[int, Meta(ge=1, le=5)]
    channel: EvaluationChannel
    kind: EvaluationKind = EvaluationKind.PER_MATTER
    source: EvaluationSource = EvaluationSource.CITIZEN
    indicators: Shorts = ()
    text: Words = ""
    device: Short = ""
    real_name: bool = False
    is_default: bool = False
    reason_pending: bool = False


class Person(NamedTuple):
    """来人 as the house refers to them: `citizen` was found by number, or is derived."""

    citizen: str = ""
    narrative: str = ""
    known: bool = False


NOBODY: Final = Person()

Ask: TypeAlias = Callable[[Any, Person], tuple[str, Command]]
"""Makes the stream ("" for one that is yet to be numbered) and the command of a message."""


@dataclass(frozen=True, slots=True)
class MessageKind:
    """报文种类: its name and version, its topic, the form of its data, and what it asks for."""

    name: str
    version: int
    topic: str
    data: type[msgspec.Struct]
    ask: Ask

    @property
    def type(self) -> str:
        """Give the type as it stands on the message."""
        return f"{self.name}.v{self.version}"


def speaks_of_person(data: Any) -> bool:
    """Tell whether anything of a message belongs into the vault."""
    return bool(_is_named(data) or getattr(data, "text", ""))


def personal_of(data: Any, person: Person) -> Personal:
    """Give what goes into the vault beside the command."""
    words = getattr(data, "text", "")
    return Personal(
        citizen=person.citizen,
        name=data.name,
        phone=data.phone,
        address=data.address,
        id_number=data.id_number,
        narrative=person.narrative if words else "",
        title=getattr(data, "title", "") if words else "",
        body=words,
    )


def _is_named(data: Any) -> bool:
    return bool(data.name or data.phone or data.address or data.id_number)


def _reference(data: Any, person: Person) -> str:
    return person.citizen if person.known or _is_named(data) else ""


def _masked(text: str, data: Any) -> str:
    return mask(text, known=(data.name, data.address, data.id_number)) if text else ""


def _register(data: Call | WebComplaint, person: Person) -> tuple[str, Command]:
    return "", RegisterTicket(
        kind=Kind(data.kind),
        type=data.type,
        channel=Channel(data.channel),
        region=data.region,
        title=_masked(data.title, data),
        summary=_masked(data.text, data),
        caller=_reference(data, person),
        narrative=person.narrative if data.text else "",
        category=data.category,
        urgency=data.urgency,
        secrecy=data.secrecy,
        enterprise=data.enterprise,
        language=data.language,
        place=_masked(data.place, data),
        recording=data.recording if isinstance(data, Call) else "",
        external_id=data.external_id,
        item_code=data.item_code,
        service_number=data.service_number,
        visits_count=data.visits_count,
        rated_department=data.rated_department,
        attachments=data.attachments,
    )


def _record_service(data: FinishedService, person: Person) -> tuple[str, Command]:
    return _service_stream(data), RecordService(
        project_no=data.project_no,
        service_number=data.service_number,
        region=data.region,
        department=data.department,
        item_code=data.item_code,
        item_name=data.item_name,
        node=data.node,
        object=data.object,
        served_at=data.served_at,
        citizen=_reference(data, person),
        staff=data.staff,
        ticket=data.ticket,
    )


def _record_evaluation(data: Evaluation, person: Person) -> tuple[str, Command]:
    return _service_stream(data), RecordEvaluation(
        level=data.level,
        channel=data.channel,
        kind=data.kind,
        source=data.source,
        indicators=data.indicators,
        text=_masked(data.text, data),
        narrative=person.narrative if data.text else "",
        evaluator=_reference(data, person),
        device=data.device,
        real_name=data.real_name,
        is_default=data.is_default,
        reason_pending=data.reason_pending,
    )


def _service_stream(data: FinishedService | Evaluation) -> str:
    return f"service/{data.project_no}/{data.service_number}"


INTAKE_KINDS: Final = (
    MessageKind("bihuan.call", 1, CALLS, Call, _register),
    MessageKind("bihuan.web-complaint", 1, WEB_COMPLAINTS, WebComplaint, _register),
    MessageKind("bihuan.service", 1, SERVICES, FinishedService, _record_service),
    MessageKind("bihuan.evaluation", 1, EVALUATIONS, Evaluation, _record_evaluation),
)
"""Every kind of message that another system may send, in its newest version."""

KIND_OF_NAME: Final[Mapping[str, MessageKind]] = MappingProxyType(
    {kind.name: kind for kind in INTAKE_KINDS}
)
INTAKE_TOPICS: Final = tuple(kind.topic for kind in INTAKE_KINDS)
