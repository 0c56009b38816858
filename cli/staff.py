"""人员命令: appoint staff and give them an account."""

import secrets
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final
from uuid import uuid4

import typer
from rich.console import Console
from rich.table import Table

from cli.house import open_house
from cli.report import print_json, refuse
from handlers.envelope import Envelope, Personal
from handlers.receipt import Receipt, ReceiptStatus
from hotline.clocks.calendar import SHANGHAI
from hotline.people.actors import SYSTEM, Role
from hotline.people.commands import (
    AppointStaff,
    ChangeDutyPhone,
    DisableStaff,
    DismissStaff,
    EnableStaff,
    InviteStaff,
    OrganisationCommand,
    StaffCommand,
)
from hotline.people.staff import StaffMember
from hotline.people.state import Staff
from streams.accounts.accounts import PASSWORD_LENGTH_MIN
from streams.accounts.invitations import Invitations
from streams.batches.commit import commit_batch
from streams.database.engine import forget_traces, reading
from streams.log.store import record
from streams.people.phone import e164
from streams.processes.opening import Store

app = typer.Typer(help="人员账号。 Staff accounts.", no_args_is_help=True)

_ADD_EXAMPLE: Final = (
    "例 Example: bihuan staff add --data data --username li --department housing --role handler"
)
_PHONE_EXAMPLE: Final = "例 Example: bihuan staff phone 0835-2220000 --department water --data d"
_APPOINT_EXAMPLE: Final = (
    "例 Example: bihuan staff appoint --data d --username li --department water --role handler"
)
_INVITE_EXAMPLE: Final = "例 Example: bihuan staff invite --data data --username li"
_DISABLE_EXAMPLE: Final = "例 Example: bihuan staff disable --data d --username li --reason 借调"
_ENABLE_EXAMPLE: Final = "例 Example: bihuan staff enable --data d --username li --reason 返岗"
_DISMISS_EXAMPLE: Final = "例 Example: bihuan staff dismiss --data d --username li --reason 离职"
_LIST_EXAMPLE: Final = "例 Example: bihuan staff list --data data"
_KEY_EXAMPLE: Final = "例 Example: bihuan staff key --data data --system call-centre"


@app.command(epilog=_ADD_EXAMPLE)
def add(
    *,
    data: Annotated[Path, typer.Option(help="数据目录 data directory")],
    username: Annotated[str, typer.Option(help="登录名 user name, also the id in the log")],
    department: Annotated[str, typer.Option(help="单位代码 code of the department")],
    role: Annotated[list[Role], typer.Option(help="角色 role, repeatable")],
    name: Annotated[str, typer.Option(help="显示名 display name")] = "",
    phone: Annotated[str, typer.Option(help="值班电话 duty phone, kept encrypted")] = "",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="从标准输入读取密码 read the password")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="末行输出一个 JSON 对象")] = False,
) -> None:
    """任用并开通账号；未给密码时生成一个并只显示一次，可重复执行。 Appoint, open an account."""
    house = open_house(data, create=False, as_json=as_json)
    password = sys.stdin.readline().rstrip("\n") if password_stdin else secrets.token_urlsafe(12)
    if len(password) < PASSWORD_LENGTH_MIN:
        refuse(
            "password-weak",
            f"密码太短，至少 {PASSWORD_LENGTH_MIN} 位，请换一个更长的。",
            f"A password has at least {PASSWORD_LENGTH_MIN} characters; choose a longer one.",
            as_json=as_json,
        )
    _check_phone(phone, house, as_json=as_json)
    appointment = AppointStaff(department=department, roles=tuple(role))
    receipt = _commit(house, f"staff/{username}", appointment)
    if receipt.status is not ReceiptStatus.DONE:
        code = receipt.refusal.code if receipt.refusal else receipt.status.value
        refuse(
            code,
            f"不能任用：{code}。请核对 --department 与 --role。",
            f"Cannot appoint: {code}. Check --department and --role.",
            as_json=as_json,
        )
    member = StaffMember(
        person=username,
        display_name=name or username,
        roles=tuple(role),
        department=department,
        username=username,
    )
    house.accounts.add_staff(member, password)
    if phone:
        _keep_phone(house, f"staff/{username}", phone)
    document = {"username": username, "password": None if password_stdin else password}
    if as_json:
        print_json(document)
    else:
        Console().print(f"{username}  {'' if password_stdin else password}", markup=False)


@app.command(epilog=_PHONE_EXAMPLE)
def phone(
    number: Annotated[str, typer.Argument(help="电话 number; empty takes it back")],
    *,
    data: Annotated[Path, typer.Option(help="数据目录 data directory")],
    department: Annotated[str, typer.Option(help="单位代码 code of a department")] = "",
    username: Annotated[str, typer.Option(help="登录名 user name")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="末行输出一个 JSON 对象")] = False,
) -> None:
    """登记单位或人员的值班电话，加密保存，提醒和督办短信发往此号。 Set a duty phone."""
    house = open_house(data, create=False, as_json=as_json)
    recipient = f"department/{department}" if department else f"staff/{username}"
    with reading(house.engine) as connection:
        known = record(connection, recipient, house.wiring).version
    if bool(department) == bool(username) or not known:
        refuse(
            "unknown-recipient",
            "请用 --department 或 --username 指明一个已有的单位或人员。",
            "Name a department or a member of staff that exists, by --department or --username.",
            as_json=as_json,
        )
    _check_phone(number, house, as_json=as_json)
    _keep_phone(house, recipient, number)
    if as_json:
        print_json({"recipient": recipient, "kept": bool(number)})
    else:
        Console().print(recipient, markup=False)


@app.command(epilog=_APPOINT_EXAMPLE)
def appoint(
    *,
    data: Annotated[Path, typer.Option(help="数据目录 data directory")],
    username: Annotated[str, typer.Option(help="登录名 user name")],
    department: Annotated[str, typer.Option(help="单位代码 code of the department")],
    role: Annotated[list[Role], typer.Option(help="角色 role, repeatable")],
    as_json: Annotated[bool, typer.Option("--json", help="末行输出一个 JSON 对象")] = False,
) -> None:
    """变更一人的单位和角色，立即生效，密码不变。 Change somebody's department and roles."""
    _act(data, username, AppointStaff(department=department, roles=tuple(role)), as_json=as_json)


@app.command(epilog=_INVITE_EXAMPLE)
def invite(
    *,
    data: Annotated[Path, typer.Option(help="数据目录 data directory")],
    username: Annotated[str, typer.Option(help="登录名 user name")],
    as_json: Annotated[bool, typer.Option("--json", help="末行输出一个 JSON 对象")] = False,
) -> None:
    """发激活链接或重置登录：旧密码立即失效，链接只显示一次。 A link to set a new password."""
    house = open_house(data, create=False, as_json=as_json)
    if house.accounts.invitation_of(username) is None:
        member = StaffMember(person=username, display_name=username, roles=(), username=username)
        house.accounts.add_staff(member, None)
    _act(data, username, InviteStaff(), as_json=as_json, quiet=True)
    with reading(house.engine) as connection:
        state = record(connection, f"staff/{username}", house.wiring).state
    count = state.invitations_count if isinstance(state, Staff) else 1
    links = Invitations(house.vault.digest(b"invitations"))
    token = links.make(username, count, datetime.now(SHANGHAI))
    link = f"{house.settings.public_url.rstrip('/')}/invitation/{token}"
    if as_json:
        print_json({"username": username, "link": link})
    else:
        Console(soft_wrap=True).print(link, markup=False, highlight=False)


@app.command(epilog=_DISABLE_EXAMPLE)
def disable(
    *,
    data: Annotated[Path, typer.Option(help="数据目录 data directory")],
    username: Annotated[str, typer.Option(help="登录名 user name")],
    reason: Annotated[str, typer.Option(help="理由 reason")],
    as_json: Annotated[bool, typer.Option("--json", help="末行输出一个 JSON 对象")] = False,
) -> None:
    """停用账号，立即生效，角色保留。 Close an account for a time."""
    _act(data, username, DisableStaff(reason=reason), as_json=as_json)


@app.command(epilog=_ENABLE_EXAMPLE)
def enable(
    *,
    data: Annotated[Path, typer.Option(help="数据目录 data directory")],
    username: Annotated[str, typer.Option(help="登录名 user name")],
    reason: Annotated[str, typer.Option(help="理由 reason")],
    as_json: Annotated[bool, typer.Option("--json", help="末行输出一个 JSON 对象")] = False,
) -> None:
    """启用停用的账号。 Open a closed account again."""
    _act(data, username, EnableStaff(reason=reason), as_json=as_json)


@app.command(epilog=_DISMISS_EXAMPLE)
def dismiss(
    *,
    data: Annotated[Path, typer.Option(help="数据目录 data directory")],
    username: Annotated[str, typer.Option(help="登录名 user name")],
    reason: Annotated[str, typer.Option(help="理由 reason")],
    as_json: Annotated[bool, typer.Option("--json", help="末行输出一个 JSON 对象")] = False,
) -> None:
    """离任：收回全部角色，关闭账号。 Take all roles back."""
    _act(data, username, DismissStaff(reason=reason), as_json=as_json)


def _act(
    data: Path, username: str, command: StaffCommand, *, as_json: bool, quiet: bool = False
) -> Store:
    """Send one command to a member of staff; say what became of it."""
    house = open_house(data, create=False, as_json=as_json)
    receipt = _commit(house, f"staff/{username}", command)
    if receipt.status is not ReceiptStatus.DONE:
        code = receipt.refusal.code if receipt.refusal else receipt.status.value
        refuse(code, f"未执行：{code}。", f"Not done: {code}.", as_json=as_json)
    if as_json and not quiet:
        print_json({"username": username, "version": receipt.version})
    elif not quiet:
        Console().print(username, markup=False)
    return house


def _commit(
    house: Store, stream: str, command: OrganisationCommand, personal: tuple[Personal, ...] = ()
) -> Receipt:
    now = datetime.now(SHANGHAI)
    envelope = Envelope(
        message_id=f"staff:{uuid4()}",
        stream=stream,
        command=command,
        actor=SYSTEM,
        at=now,
        personal=personal,
    )
    context = house.contexts.refreshed()
    (receipt,) = commit_batch(house.engine, [envelope], context, house.wiring, now)
    return receipt


def _check_phone(number: str, house: Store, *, as_json: bool) -> None:
    if number and not e164(number, area=house.settings.area_code):
        refuse(
            "phone-malformed",
            "电话号码格式不正确，请核对后重试。",
            "This is no telephone number; check it and try again.",
            as_json=as_json,
        )


def _keep_phone(house: Store, recipient: str, number: str) -> None:
    told = (Personal(citizen=recipient, phone=number),)
    _commit(house, recipient, ChangeDutyPhone(given=bool(number)), told)
    forget_traces(house.engine)


@app.command(name="list", epilog=_LIST_EXAMPLE)
def list_(
    *,
    data: Annotated[Path, typer.Option(help="数据目录 data directory")],
    as_json: Annotated[bool, typer.Option("--json", help="末行输出一个 JSON 对象")] = False,
) -> None:
    """列出在用账号。 List the active accounts."""
    house = open_house(data, create=False, as_json=as_json)
    members = house.accounts.staff()
    if as_json:
        rows = [
            {"username": m.username, "department": m.department, "roles": list(m.roles)}
            for m in members
        ]
        print_json({"staff": rows})
        return
    table = Table("登录名 username", "单位 department", "角色 roles")
    for member in members:
        table.add_row(member.username, member.department, " ".join(member.roles))
    Console().print(table)


@app.command(epilog=_KEY_EXAMPLE)
def key(
    *,
    data: Annotated[Path, typer.Option(help="数据目录 data directory")],
    system: Annotated[str, typer.Option(help="系统名 name of the system")],
    as_json: Annotated[bool, typer.Option("--json", help="末行输出一个 JSON 对象")] = False,
) -> None:
    """给外部系统发一个接口密钥，只显示一次。 Issue an API key, shown once."""
    house = open_house(data, create=False, as_json=as_json)
    member = StaffMember(person=system, display_name=system, roles=(Role.PEER_SYSTEM,))
    issued = house.accounts.issue_key(member, datetime.now(SHANGHAI))
    if as_json:
        print_json({"system": system, "key": issued})
    else:
        Console().print(issued, markup=False)
