"""Content 内容: gathers what belongs into the evidence pack of a ticket, as one reader may see it.

Owns the files of the pack. The events are the exact bytes of the log, which hold no personal data;
texts appear without recipient's number and words; who looked is what the reader may know.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from api import reading
from api.desk_ports import KeptFile
from api.messages import Language
from api.naming import Naming
from api.packs.checking import CHAIN, MANIFEST, archived, manifest_of
from api.packs.document import Paper, Section, written
from api.packs.fonts import chinese_font
from api.packs.telling import Teller
from api.pages.answering import named_files
from api.ports import Faces
from api.text_log import described_text, text_page
from hotline.clocks.calendar import SHANGHAI
from hotline.people.access import Access, shown_to
from hotline.people.actors import Actor
from hotline.people.staff import StaffMember
from projections.evaluations import queries as evaluations

LOOKS_MAX: Final = 5_000
_README: Final = """\
证据包 Evidence pack {ticket}

manifest.json   本包的文件清单及每个文件的 SHA-256；其自身的 SHA-256 即“包哈希”，已记入访问日志。
                Every file with its SHA-256. The SHA-256 of this file is the hash of the pack, which
                was written to the access log of the house when the pack was made.
events/         日志原始字节，一事件一文件：首行为表头，其后为内容。
                The exact bytes of the log, one event a file: a header line, then the payload.
chain.json      哈希链：hash = SHA-256(前一哈希的32字节 + 文件全部字节)，首个事件之前为32个零字节。
                The chain: hash = SHA-256(32 bytes of the hash before + all bytes of the file); 32
                zero bytes stand before the first event.
seal.txt        本单位密钥对清单的印记，可用 bihuan verify-pack 文件 --data 数据目录 核对。
                A keyed mark of the house on the manifest.
evidence.pdf    供阅读的文件。 The same for reading.

核验 Check it:   bihuan verify-pack 文件.zip
"""


@dataclass(frozen=True, slots=True)
class Pack:
    """证据包 as made: its bytes, its hash, and the document alone."""

    name: str
    archive: bytes
    document: bytes | None
    pack_hash: str


@dataclass(frozen=True, slots=True)
class Order:
    """制作要求: who takes the pack, why, and when."""

    member: StaffMember
    actor: Actor
    reason: str
    at: datetime
    language: Language = "zh"


def make_pack(house: Faces, order: Order, number: str) -> Pack:
    """Gather, write, hash. Blocks on the store."""
    seen = reading.detail(house, order.actor, number)
    events = house.archive.written(f"ticket/{number}")
    looks = shown_to(order.actor, house.access_book.of(f"ticket/{number}", limit=LOOKS_MAX))
    texts = [described_text(one) for one in text_page(house, order.actor, ticket=number).lines]
    ratings: Any = reading.ask(house, lambda c: evaluations.evaluations(c, ticket=number).lines)
    attachments = _attachments(house, seen)
    teller = Teller(house, Naming(house, order.language), order.language, seen)
    files: dict[str, bytes] = {
        "README.txt": _README.format(ticket=number).encode(),
        "ticket.json": _json(teller.ticket()),
        "timeline.json": _json([reading.described_fact(line, house) for line in seen.facts]),
        "deadlines.json": _json(teller.deadlines()),
        "texts.json": _json([_without_number(one) for one in texts]),
        "ratings.json": _json([reading.described(one) for one in ratings]),
        "accesses.json": _json([_told_look(one) for one in looks]),
        "attachments.json": _json(
            [
                {"name": one.name, "type": one.media_type, "sha256": one.digest}
                for one in attachments
            ]
        ),
    }
    files |= {f"attachments/{one.digest}": one.content for one in attachments}
    links: list[dict[str, Any]] = []
    for event in events:
        name = f"events/{event.version:06}"
        files[name] = event.header + b"\n" + event.payload
        links.append({"version": event.version, "file": name, "hash": event.hash.hex()})
    files[CHAIN] = _json(links)
    head = links[-1]["hash"] if links else ""
    sections = teller.sections(looks=looks, texts=texts, attachments=attachments, links=links)
    document = _document(house, order, number, sections, head)
    if document is not None:
        files["evidence.pdf"] = document
    about = {
        "ticket": number,
        "made_at": order.at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
        "made_by": order.actor.person,
        "role": order.actor.role.value,
        "reason": order.reason,
        "events": len(links),
        "chain_head": head,
    }
    return _packed(house, number, files, about, document)


def _packed(
    house: Faces,
    number: str,
    files: dict[str, bytes],
    about: Mapping[str, Any],
    document: bytes | None,
) -> Pack:
    manifest = manifest_of(files, about)
    seal = f"{house.pack_seal(manifest)}\n".encode()
    archive = archived({**files, MANIFEST: manifest, "seal.txt": seal})
    return Pack(f"evidence-{number}", archive, document, sha256(manifest).hexdigest())


def _document(
    house: Faces, order: Order, number: str, sections: Sequence[Section], head: str
) -> bytes | None:
    font = chinese_font()
    if font is None:
        return None
    say, moment = house.messages.text, order.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    paper = Paper(
        title=say(order.language, "pack.title", number=number),
        subtitle=say(
            order.language,
            "pack.subtitle",
            name=order.member.display_name,
            time=moment,
            reason=order.reason,
        ),
        mark=f"{order.member.display_name} {order.member.username} {moment}",
        footer=say(order.language, "pack.footer", number=number, head=head[:16]),
        made_at=order.at,
        sections=sections,
    )
    return written(paper, font)


def _attachments(house: Faces, seen: reading.Detail) -> list[KeptFile]:
    opened = (house.evidence.open(digest) for digest in sorted(named_files(seen)))
    return [one for one in opened if one is not None]


def _without_number(text: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in text.items()
        if not (name == "recipient" and text.get("recipient_kind") == "citizen")
    }


def _told_look(look: Access) -> dict[str, str]:
    return {
        "at": look.at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
        "person": look.actor.person,
        "role": look.actor.role.value,
        "department": look.actor.department,
        "action": look.action.value,
        "detail": look.detail,
        "address": look.address,
        "device": look.device,
    }


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n").encode()
