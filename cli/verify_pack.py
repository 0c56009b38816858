"""核验证据包命令: proves that an evidence pack is what was handed over, or names the fault."""

from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from api.packs.checking import Checked, check
from cli.house import open_house
from cli.report import print_json, refuse
from streams.people.vault import seal_of

app = typer.Typer(help="核验证据包。 Check an evidence pack.")

FAULTY: Final = 1
"""Exit code for a pack that is not what it says."""
_EXAMPLE: Final = "例 Example: bihuan verify-pack evidence-5118002026021301000123.zip"


@app.command(name="verify-pack", epilog=_EXAMPLE)
def verify_pack(
    file: Annotated[Path, typer.Argument(help="证据包 the pack (ZIP)")],
    *,
    expect: Annotated[
        str, typer.Option(help="访问日志中的包哈希 hash of the pack as the access log has it")
    ] = "",
    data: Annotated[
        Path | None, typer.Option(help="数据目录，核对本单位印记 also check the seal of this house")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="末行输出一个 JSON 对象")] = False,
) -> None:
    """核验证据包：文件、哈希链、清单与整个压缩包；有错时退出码为 1。 Check an evidence pack."""
    if not file.is_file():
        refuse("file-missing", f"找不到文件 {file}。", f"There is no file {file}.", as_json=as_json)
    found = check(file.read_bytes())
    faults = list(found.faults)
    if expect and expect.strip().lower() != found.pack_hash:
        faults.append("pack-hash-differs")
    if data is not None and not _is_sealed(found, data, as_json=as_json):
        faults.append("seal-differs")
    _show(found, faults, as_json=as_json)
    if faults:
        raise typer.Exit(FAULTY)


def _is_sealed(found: Checked, data: Path, *, as_json: bool) -> bool:
    house = open_house(data, create=False, as_json=as_json)
    return seal_of(house.vault, found.manifest) == found.seal


def _show(found: Checked, faults: list[str], *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "clean": not faults,
                "ticket": found.ticket,
                "pack_hash": found.pack_hash,
                "events": found.events_count,
                "files": found.files_count,
                "faults": faults,
            }
        )
        return
    console = Console()
    for fault in faults:
        console.print("[bold red]不一致 faulty[/] ", end="")
        console.print(fault, markup=False)
    if not faults:
        console.print(f"完好 whole: 工单 ticket {found.ticket}, {found.events_count} events")
        console.print(f"包哈希 hash of the pack: {found.pack_hash}", soft_wrap=True)
