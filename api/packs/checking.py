"""Checking 核验: tells whether an evidence pack is, byte for byte, what was handed over.

Needs nothing but Python's standard library and knows nothing of the house, so that whoever receives
a pack can read this file and trust no other. What is proved, in this order: every file is the one
that the manifest names; the events form an unbroken chain of hashes; the archive holds nothing
else, not even in its margins: written anew from its files it must give the same bytes.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

FORMAT: Final = "bihuan-evidence-pack/1"
MANIFEST: Final = "manifest.json"
CHAIN: Final = "chain.json"
GENESIS: Final = bytes(32)
BYTES_MAX: Final = 1024**3
"""Unpacked size beyond which nothing is read (our default): no pack is nearly as large."""
_NO_DATE: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Checked:
    """核验结果: `faults` is empty for a pack that is whole; codes are stable."""

    ticket: str
    pack_hash: str
    events_count: int
    files_count: int
    seal: str
    manifest: bytes
    faults: tuple[str, ...]


def archived(files: Mapping[str, bytes]) -> bytes:
    """Write files as an archive: always the same bytes for the same files, uncompressed."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _NO_DATE)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return target.getvalue()


def manifest_of(files: Mapping[str, bytes], about: Mapping[str, Any]) -> bytes:
    """Write the manifest: what the pack is about, and the SHA-256 of each of its files."""
    listed = [
        {"name": name, "bytes": len(files[name]), "sha256": _sha(files[name])}
        for name in sorted(files)
    ]
    whole = {"format": FORMAT, **about, "files": listed}
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def check(pack: bytes) -> Checked:
    """Look at every byte of a pack."""
    faults: list[str] = []
    files = _files(pack, faults)
    manifest_bytes = files.get(MANIFEST, b"")
    manifest = _manifest(manifest_bytes, faults)
    seal = files.get("seal.txt", b"").decode("ascii", "replace").strip()
    if manifest:
        _check_files(files, manifest, faults)
    events_count = _check_chain(files, manifest, faults)
    if files and archived(files) != pack:
        faults.append("archive-differs")
    return Checked(
        ticket=str(manifest.get("ticket", "")),
        pack_hash=_sha(manifest_bytes) if manifest_bytes else "",
        events_count=events_count,
        files_count=len(files),
        seal=seal,
        manifest=manifest_bytes,
        faults=tuple(faults),
    )


def _files(pack: bytes, faults: list[str]) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(pack)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > BYTES_MAX:
                faults.append("pack-too-large")
                return {}
            return {entry.filename: archive.read(entry) for entry in archive.infolist()}
    except Exception as error:  # noqa: BLE001 - whatever is wrong with foreign bytes is a finding
        faults.append(f"not-an-archive: {type(error).__name__}")
        return {}


def _manifest(content: bytes, faults: list[str]) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        faults.append("manifest-unreadable")
        return {}
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        faults.append("manifest-of-another-format")
        return {}
    return found


def _check_files(
    files: Mapping[str, bytes], manifest: Mapping[str, Any], faults: list[str]
) -> None:
    try:
        named = {one["name"]: (one["bytes"], one["sha256"]) for one in manifest["files"]}
    except (KeyError, TypeError):
        faults.append("manifest-unreadable")
        return
    for name, (size, digest) in sorted(named.items()):
        if name not in files:
            faults.append(f"file-missing: {name}")
        elif len(files[name]) != size or _sha(files[name]) != digest:
            faults.append(f"file-differs: {name}")
    faults += [
        f"file-unnamed: {name}"
        for name in sorted(files.keys() - named.keys() - {MANIFEST, "seal.txt"})
    ]


def _check_chain(files: Mapping[str, bytes], manifest: Mapping[str, Any], faults: list[str]) -> int:
    """Hash every event together with the hash before it: 32 bytes, header, line break, payload."""
    try:
        links = json.loads(files[CHAIN])
        previous, count = GENESIS, 0
        for count, link in enumerate(links, 1):
            content = files[link["file"]]
            digest = hashlib.sha256(previous + content).digest()
            header = json.loads(content.partition(b"\n")[0])
            if link["version"] != count or header[3] != count:
                faults.append(f"version-gap: {link['file']}")
            if header[2] != f"ticket/{manifest.get('ticket')}":
                faults.append(f"event-of-another-stream: {link['file']}")
            if digest.hex() != link["hash"]:
                faults.append(f"chain-broken: {link['file']}")
                return count
            previous = digest
    except (KeyError, TypeError, ValueError, IndexError):
        faults.append("chain-unreadable")
        return 0
    if previous.hex() != manifest.get("chain_head"):
        faults.append("chain-head-differs")
    return count


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
