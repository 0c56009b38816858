"""`bihuan verify-pack`: whole packs pass, and the exit code tells of one changed byte."""

import hashlib
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.packs.checking import archived, manifest_of
from cli.verify_pack import app

NUMBER = "5118002026021301000123"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    header = json.dumps([0, 1, f"ticket/{NUMBER}", 1, "TicketArchived", "", "", "", "", 0, 0])
    content = header.encode() + b"\n{}"
    digest = hashlib.sha256(bytes(32) + content).hexdigest()
    link = {"version": 1, "file": "events/000001", "hash": digest}
    files = {"events/000001": content, "chain.json": json.dumps([link]).encode()}
    manifest = manifest_of(files, {"ticket": NUMBER, "chain_head": digest})
    path = tmp_path / "pack.zip"
    path.write_bytes(archived({**files, "manifest.json": manifest, "seal.txt": b"\n"}))
    return path


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(words))
    return result.exit_code, result.output


def test_a_whole_pack_passes_and_tells_its_hash(pack: Path) -> None:
    code, said = run(str(pack), "--json")
    told = json.loads(said.splitlines()[-1])
    assert (code, told["clean"], told["ticket"], told["events"]) == (0, True, NUMBER, 1)
    assert run(str(pack), "--expect", told["pack_hash"])[0] == 0
    code, said = run(str(pack), "--expect", "0" * 64)
    assert (code, "pack-hash-differs" in said) == (1, True)


def test_one_changed_byte_fails_and_is_named(pack: Path) -> None:
    changed = bytearray(pack.read_bytes())
    changed[changed.index(b"TicketArchived")] ^= 1
    pack.write_bytes(changed)
    code, said = run(str(pack))
    assert (code, "faulty" in said) == (1, True)


def test_a_file_that_is_not_there_is_no_traceback(tmp_path: Path) -> None:
    code, said = run(str(tmp_path / "none.zip"))
    assert code not in (0, 1)
    assert "Traceback" not in said
