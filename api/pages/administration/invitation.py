"""Invitation 激活账号: the holder of a link sets the password of one account, once."""

from functools import partial

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.desk_ports import Invited
from api.pages.frame import form_text, render, told
from api.problems import ProblemError
from api.security import anyone, check_same_site, faces, in_thread
from api.sending import answered
from handlers.envelope import Envelope
from hotline.people.actors import Actor, Role
from hotline.people.commands import AcceptInvitation
from hotline.people.state import Staff

router = APIRouter(include_in_schema=False)

LENGTH_MIN = 10
"""As the accounts demand it (our default, MLPS level 3 asks for strong passwords)."""


@router.get("/invitation/{token}", dependencies=[anyone("invitation link")])
async def page(request: Request, token: str) -> Response:
    """设置密码."""
    invited = await in_thread(partial(_open, request, token))
    return _page(request, token, invited, None)


@router.post("/invitation/{token}", dependencies=[anyone("invitation link")])
async def accept(request: Request, token: str) -> Response:
    """激活: the fact first, then the password; a repeat of either does nothing more."""
    check_same_site(request)
    form = await request.form(max_files=0)
    invited = await in_thread(partial(_open, request, token))
    password = form_text(form, "password")
    if len(password) < LENGTH_MIN:
        problem = ProblemError("password-weak", {"least": str(LENGTH_MIN)}, status=422)
        return _page(request, token, invited, problem)
    if password != form_text(form, "again"):
        return _page(request, token, invited, ProblemError("passwords-differ", status=422))
    await in_thread(partial(_accept, request, invited, password))
    return RedirectResponse("/login", 303)


def _open(request: Request, token: str) -> Invited:
    """Give an invitation that can still be used; the same refusal for any other."""
    house = faces(request)
    invited = house.administration.read_invitation(token)
    if invited is None:
        raise ProblemError("not-invited", status=410)
    state = house.archive.state(f"staff/{invited.person}").state
    used = house.accounts.invitation_of(invited.person)
    if (
        not isinstance(state, Staff)
        or not state.may_enter
        or state.invitations_count != invited.count
        or used is None
        or used >= invited.count
    ):
        raise ProblemError("not-invited", status=410)
    return invited


def _accept(request: Request, invited: Invited, password: str) -> None:
    house = faces(request)
    state = house.archive.state(f"staff/{invited.person}").state
    if isinstance(state, Staff) and state.is_invited:
        envelope = Envelope(
            message_id=f"invitation/{invited.person}/{invited.count}",
            stream=f"staff/{invited.person}",
            command=AcceptInvitation(),
            actor=Actor(invited.person, Role.SYSTEM, state.department),
            at=house.clock(),
        )
        answered(house.gateway.submit(envelope))
    if not house.accounts.set_password(invited.person, password, invited.count):
        raise ProblemError("not-invited", status=410)


def _page(request: Request, token: str, invited: Invited, problem: ProblemError | None) -> Response:
    values = {
        "token": token,
        "person": invited.person,
        "least": LENGTH_MIN,
        **told(request, problem),
    }
    return render(request, "admin/invitation.html", values, problem.status if problem else 200)
