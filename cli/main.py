"""`bihuan`: the command and its groups. Each group is imported only when it is called for."""

from importlib import import_module
from typing import Final

import click
import typer
from typer.main import get_command

_GROUPS: Final = {
    "up": ("cli.up", "启动全部服务（单进程） run the whole product in one process"),
    "clock": ("cli.clock", "时限计算 due dates and the reasons for them"),
    "calendar": ("cli.calendars", "工作日历 working-day calendars"),
    "replay": ("cli.replay", "重放真实留言 replay real messages on a simulated clock"),
    "import": ("cli.importing", "导入工单 import tickets from a table"),
    "simulate": ("cli.simulate", "模拟城市 a synthetic city, whole loops, by seed"),
    "projections": ("cli.projections", "读模型 read models"),
    "verify": ("cli.verify", "核验日志 verify the log, the states and the read models"),
    "routing": ("cli.routing", "派单建议模型 the trained routing suggestion"),
    "staff": ("cli.staff", "人员账号 staff accounts"),
    "dead-letters": ("cli.dead_letters", "死信 what could not be handled, and sending it again"),
}
"""Each module names its Typer application `app`; a group of one command is that command."""


class _Lazy(click.Group):
    """Groups are listed without being imported, so that `--help` answers at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_GROUPS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _GROUPS:
            return None
        module, _ = _GROUPS[cmd_name]
        app: typer.Typer = import_module(module).app
        command = get_command(app)
        command.name = cmd_name
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("命令 Commands"):
            formatter.write_dl([(name, help_) for name, (_, help_) in _GROUPS.items()])


@click.command(
    cls=_Lazy,
    help="Bihuan 闭环：12345 热线与好差评闭环。 Hotline and evaluation loop, event-sourced.",
    epilog="例 Example: bihuan up --data data --port 8012",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="bihuan", prog_name="bihuan")
def main() -> None:
    """Choose a command."""
