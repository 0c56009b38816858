"""Several 批量: one form for many tickets; each is answered for itself, and none hides another."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import msgspec
from starlette.datastructures import FormData
from starlette.requests import Request

from api.pages.frame import form_text, identity_of, language
from api.ports import Faces
from api.problems import ProblemError, texts_of
from api.security import actor_of, faces, in_thread
from api.sending import SHOWN_SECONDS, answered, sealed
from handlers.receipt import Receipt
from hotline.people.actors import Actor
from hotline.people.command_table import AnyCommand

PICKED_MAX = 100
"""Tickets that one form may send (our default)."""


@dataclass(frozen=True, slots=True)
class Step:
    """一步: one command to one ticket; steps of a ticket follow one another."""

    number: str
    command: type[AnyCommand]
    body: msgspec.Struct


@dataclass(frozen=True, slots=True)
class Outcome:
    """结果 of a form for many tickets."""

    done: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]  # number, why


def picked(form: FormData) -> list[str]:
    """List the tickets that were chosen."""
    chosen = [value for value in form.getlist("picked") if isinstance(value, str)]
    if not chosen:
        raise ProblemError("input-invalid", violations=[{"field": "picked", "code": "missing"}])
    return chosen[:PICKED_MAX]


async def carry_out(request: Request, form: FormData, steps: Sequence[Step]) -> Outcome:
    """Send every step; a ticket whose step was refused gets no further one."""
    return await in_thread(partial(_carried_out, request, form, steps))


def _carried_out(request: Request, form: FormData, steps: Sequence[Step]) -> Outcome:
    house, actor = faces(request), actor_of(request)
    identity = identity_of(request, form, actor.person)
    done: dict[str, Receipt] = {}
    refused: dict[str, str] = {}
    for place, step in enumerate(steps):
        if step.number in refused:
            continue
        try:
            done[step.number] = _sent(house, actor, f"{identity}/{place}", step)
        except ProblemError as problem:
            texts = texts_of(house.messages, language(request), problem.code, problem.detail)
            refused[step.number] = texts["title"]
    for receipt in list(done.values())[-1:]:
        house.gateway.caught_up(receipt, SHOWN_SECONDS)
    return Outcome(
        tuple(number for number in done if number not in refused), tuple(refused.items())
    )


def _sent(house: Faces, actor: Actor, identity: str, step: Step) -> Receipt:
    envelope = sealed(
        house,
        step.command,
        step.body,
        stream=f"ticket/{step.number}",
        actor=actor,
        identity=identity,
    )
    return answered(house.gateway.submit(envelope))


__all__ = ["Outcome", "Step", "carry_out", "form_text", "picked"]
