"""The envelope: a command on its way, with who, when, where from, and its identity."""

from datetime import datetime
from typing import TypeAlias

from hotline.calls.commands import CallCommand
from hotline.correspondence.commands import CorrespondenceCommand
from hotline.evaluations.commands import ServiceCommand
from hotline.house.commands import HouseCommand
from hotline.inspection.commands import InspectionCommand
from hotline.knowledge.commands import KnowledgeCommand
from hotline.people.actors import Actor
from hotline.people.commands import OrganisationCommand
from hotline.routing.commands import SettingsCommand
from hotline.tickets.commands import TicketCommand
from hotline.values import dataclass

Command: TypeAlias = (
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


@dataclass(frozen=True, slots=True)
class Source:
    """来源: the place in a topic that a message was read from."""

    topic: str
    partition: int
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """个人信息 on its way into the vault, in the same transaction; never into the log."""

    citizen: str  # reference
    name: str = ""
    phone: str = ""  # E.164
    address: str = ""
    id_number: str = ""
    narrative: str = ""  # reference; "" = no text
    title: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """信封: `stream` is empty for a registration, whose number the batch allots.

    `message_id` makes twice once. `expected_version` refuses a stale form.
    """

    message_id: str
    stream: str
    command: Command
    actor: Actor
    at: datetime
    correlation: str = ""
    causation: str = ""
    expected_version: int | None = None
    source: Source | None = None
    personal: tuple[Personal, ...] = ()
