"""`bihuan`: the command and its groups. Each group is imported only when it is called for."""

import sys
from importlib import import_module
from importlib.metadata import version as version_of
from typing import Annotated, Final, cast

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

_GROUPS: Final = {
    "up": ("cli.up", "启动全部服务（单进程） run the whole product in one process"),
    "cluster": ("cli.cluster", "本机集群（多进程） the distributed topology as plain processes"),
    "demo": ("cli.demo", "示范城市和账号 a demonstration city, made once"),
    "api": ("cli.api", "网站与接口（分布式） the web server of a house of many processes"),
    "worker": (
        "cli.worker",
        "工作进程（分布式） agents, timers and relay of a house of many processes",
    ),
    "db": ("cli.db", "数据库 bring the database to the newest form, or check it"),
    "intake": ("cli.intake", "收件 read the intake topics again"),
    "clock": ("cli.clock", "时限计算 due dates and the reasons for them"),
    "calendar": ("cli.calendar", "工作日历 working-day calendars"),
    "replay": ("cli.replay", "重放真实留言 replay real messages on a simulated clock"),
    "import": ("cli.importing", "导入工单 import tickets from a table"),
    "simulate": ("cli.simulate", "模拟城市 a synthetic city, whole loops, by seed"),
    "projections": ("cli.projections", "读模型 read models"),
    "verify-pack": ("cli.verify_pack", "核验证据包 check an evidence pack"),
    "verify": ("cli.verify", "核验日志 verify the log, the states and the read models"),
    "routing": ("cli.routing", "派单建议模型 the trained routing suggestion"),
    "staff": ("cli.staff", "人员账号 staff accounts"),
    "call": ("cli.call", "来电 a call for trial, the way a real one goes"),
    "texts": ("cli.texts", "短信 texts: previews, and a citizen's text for trial"),
    "reports": ("cli.reports", "评价上报 reports of ratings to the upper platform"),
    "people": ("cli.people", "个人信息 personal data, and its erasure"),
    "topics": ("cli.topics", "主题 Kafka topics, and how far they have been read"),
    "dead-letters": ("cli.dead_letters", "死信 what could not be handled, and sending it again"),
}
"""Each module names its Typer application `app`; a group of one command is that command."""


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"bihuan {version_of('bihuan')}")
        raise typer.Exit


class _Lazy(TyperGroup):
    """Groups are listed without being imported, so that `--help` answers at once."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override] # its own
        del ctx
        return list(_GROUPS)

    def get_command(  # type: ignore[override] # the same Context, by its public name
        self, ctx: typer.Context, cmd_name: str
    ) -> TyperCommand | TyperGroup | None:
        del ctx
        if cmd_name not in _GROUPS:
            return None
        module, help_ = _GROUPS[cmd_name]
        if _listing():
            return TyperCommand(cmd_name, help=help_)
        command = get_command(import_module(module).app)
        command.name = cmd_name
        return cast("TyperCommand | TyperGroup", command)


def _listing() -> bool:
    """Tell whether the list of commands is asked for and no single one of them."""
    return not any(word in _GROUPS for word in sys.argv[1:2])


main = typer.Typer(
    cls=_Lazy,
    help="Bihuan 闭环：12345 热线与好差评闭环。 Hotline and evaluation loop, event-sourced.",
    epilog="例 Example: bihuan up --data data --port 8012",
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@main.callback()
def choose(
    *,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, help="版本 version", callback=_version)
    ] = False,
) -> None:
    """Choose a command."""
    del version


if __name__ == "__main__":
    main()
