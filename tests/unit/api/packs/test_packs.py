"""Evidence packs: whoever changes one byte is found, and no personal data goes along."""

import hashlib
import io
import json
import zipfile
from dataclasses import fields, replace
from random import Random

import pytest

from api.packs.checking import archived, check, manifest_of
from api.packs.document import Paper, Section, written
from api.packs.fonts import chinese_font
from handlers.envelope import Personal
from handlers.outcome import Record
from hotline.clocks.calendar import Calendar
from hotline.clocks.due import Clocks, Due
from hotline.clocks.rules import PRESETS
from hotline.people.access import Access, Look
from hotline.people.actors import Actor, Role
from hotline.tickets.evolve import evolve
from projections.log import LogLine
from tests.unit.api.conftest import NOW, House
from tests.unit.projections.story import DAY, HOUR, Log, Story, number

NUMBER = number(1)
STREAM = f"ticket/{NUMBER}"
CLOCKS = Clocks(Calendar.of("test", ()), PRESETS["default"])


def explained(line: LogLine) -> LogLine:
    """Give the clocks of a made-up fact a computation, as the rules store it."""
    changed = {
        field.name: CLOCKS.due_days(5, line.fact.occurred_at)
        for field in fields(line.event)
        if isinstance(getattr(line.event, field.name), Due)
    }
    return line._replace(event=replace(line.event, **changed)) if changed else line


@pytest.fixture
def kept(pages: House) -> House:
    story = Story(Log(), NUMBER).register(caller="c1").wait(HOUR).assign("water").wait(HOUR)
    story.acknowledge().contact().wait(DAY).submit().approve()
    state, lines = None, [explained(line) for line in story.log.lines]
    for line in lines:
        state = evolve(state, line.fact)
    pages.archive.history[STREAM] = lines
    pages.archive.states[STREAM] = Record(state, len(lines))
    pages.vault.people["c1"] = Personal(citizen="c1", name="张三丰", phone="+8613812341234")
    return pages


def take(house: House, role: Role = Role.INSPECTOR, form: str = "zip") -> bytes:
    answer = house.as_role(role).post(
        f"/inspect/tickets/{NUMBER}/pack", data={"csrf": "", "reason": "核查办结", "form": form}
    )
    assert answer.status_code == 200, answer.text
    return bytes(answer.content)


def files_of(pack: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_pack_proves_itself(kept: House) -> None:
    found = check(take(kept))
    assert found.faults == ()
    assert (found.ticket, found.events_count) == (NUMBER, 7)


def test_one_flipped_byte_anywhere_is_found(kept: House) -> None:
    pack = take(kept)
    places = Random(1).sample(range(len(pack)), 100)
    for place in {0, len(pack) - 1, *places}:
        changed = bytearray(pack)
        changed[place] ^= 1
        assert check(bytes(changed)).faults, place


def test_a_byte_more_a_file_more_and_a_file_less_are_found(kept: House) -> None:
    pack = take(kept)
    assert "archive-differs" in check(pack + b"\0").faults
    files = files_of(pack)
    more = check(archived({**files, "letter.txt": b"x"}))
    assert more.faults == ("file-unnamed: letter.txt",)
    less = check(archived({name: one for name, one in files.items() if name != "texts.json"}))
    assert less.faults == ("file-missing: texts.json",)


def test_who_also_writes_the_manifest_anew_still_breaks_the_chain(kept: House) -> None:
    files = files_of(take(kept))
    about = json.loads(files["manifest.json"])
    files["events/000002"] = files["events/000002"].replace(b"water", b"roads")
    rest = {name: one for name, one in files.items() if name not in ("manifest.json", "seal.txt")}
    told = {name: about[name] for name in ("ticket", "events", "chain_head")}
    forged = check(archived({**rest, "manifest.json": manifest_of(rest, told), "seal.txt": b""}))
    assert forged.faults == ("chain-broken: events/000002",)


def test_events_of_another_ticket_and_left_out_events_are_found(kept: House) -> None:
    files = files_of(take(kept))
    about = json.loads(files["manifest.json"])
    rest = {name: one for name, one in files.items() if name not in ("manifest.json", "seal.txt")}
    other = {"ticket": "1", "events": 7, "chain_head": about["chain_head"]}
    found = check(archived({**rest, "manifest.json": manifest_of(rest, other)}))
    assert "event-of-another-stream: events/000001" in found.faults
    short = dict(rest)
    short["chain.json"] = json.dumps(json.loads(rest["chain.json"])[:-1]).encode()
    told = {**other, "ticket": NUMBER}
    assert check(archived({**short, "manifest.json": manifest_of(short, told)})).faults == (
        "chain-head-differs",
    )


@pytest.mark.parametrize("foreign", [b"", b"PK", b"%PDF-1.7", b"\0" * 100])
def test_what_is_no_pack_is_told_and_raises_nothing(foreign: bytes) -> None:
    assert check(foreign).faults[0].startswith("not-an-archive")


def test_a_pack_names_nobody_and_holds_no_number(kept: House) -> None:
    for content in files_of(take(kept)).values():
        assert "张三丰".encode() not in content
        assert b"13812341234" not in content


def test_what_was_taken_stands_in_the_access_log_with_its_hash(kept: House) -> None:
    pack = take(kept)
    manifest = files_of(pack)["manifest.json"]
    found = kept.app.state.faces.access_book.of(STREAM)
    (taken,) = [one for one in found if one.action is Look.PACK]
    assert taken.detail == f"核查办结 {hashlib.sha256(manifest).hexdigest()}"
    assert taken.actor.role is Role.INSPECTOR


def test_only_an_inspector_gets_the_looks_of_inspectors(kept: House) -> None:
    book = kept.app.state.faces.access_book
    for role in (Role.INSPECTOR, Role.HANDLER):
        actor = Actor(f"x-{role}", role, "water")
        book.note(Access(actor=actor, action=Look.VIEW, subject=STREAM, at=NOW))
    own = json.loads(files_of(take(kept))["accesses.json"])
    assert {one["person"] for one in own} == {"x-inspector", "x-handler"}
    theirs = json.loads(files_of(take(kept, Role.SUPERVISION_OFFICER))["accesses.json"])
    assert {one["person"] for one in theirs} == {"x-handler"}


def test_a_pack_needs_a_reason(kept: House) -> None:
    answer = kept.as_role(Role.INSPECTOR).post(
        f"/inspect/tickets/{NUMBER}/pack", data={"csrf": "", "reason": " 查 ", "form": "zip"}
    )
    assert answer.status_code == 422
    assert kept.app.state.faces.access_book.of(STREAM) == ()


def test_the_document_is_a_pdf_with_chinese_in_it(kept: House) -> None:
    assert take(kept, form="pdf").startswith(b"%PDF-")
    font = chinese_font()
    assert font is not None
    paper = Paper("证据包", "制作人", "某某", "页脚", NOW, [Section("一", paragraphs=["停水三天"])])
    assert written(paper, font) == written(paper, font)


def test_without_a_font_the_archive_comes_and_the_document_does_not() -> None:
    assert chinese_font((("/nowhere/font.ttc", 0),)) is None
