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
from handlers.envelope import Envelope
from handlers.receipt import ReceiptStatus
from hotline.clocks.calendar import SHANGHAI
from hotline.people.actors import SYSTEM, Role
from hotline.people.commands import AppointStaff
from hotline.people.staff import StaffMember
from streams.accounts.accounts import PASSWORD_LENGTH_MIN
from streams.batches.commit import commit_batch
from streams.database.engine import forget_traces, reading, writing
from streams.log.store import record
from streams.people.phone import e164
from streams.processes.opening import Store

app = typer.Typer(help="人员账号。 Staff accounts.", no_args_is_help=True)

_ADD_EXAMPLE: Final = (
    "例 Example: bihuan staff add --data data --username li --department housing --role handler"
)
_PHONE_EXAMPLE: Final = "例 Example: bihuan staff phone 0835-2220000 --department water --data d"
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
    now = datetime.now(SHANGHAI)
    envelope = Envelope(
        message_id=f"staff:{uuid4()}",
        stream=f"staff/{username}",
        command=AppointStaff(department=department, roles=tuple(role)),
        actor=SYSTEM,
        at=now,
    )
    context = house.contexts.refreshed()
    (receipt,) = commit_batch(house.engine, [envelope], context, house.wiring, now)
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


def _check_phone(number: str, house: Store, *, as_json: bool) -> None:
    if number and not e164(number, area=house.settings.area_code):
        refuse(
            "phone-malformed",
            "电话号码格式不正确，请核对后重试。",
            "This is no telephone number; check it and try again.",
            as_json=as_json,
        )


def _keep_phone(house: Store, recipient: str, number: str) -> None:
    with writing(house.engine) as connection:
        house.vault.store_duty_phone(connection, recipient, number)
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
