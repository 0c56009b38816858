"""证据: files that prove what was done, encrypted on disk, named by the hash of their content.

The same file twice is one file. Its name and type are sealed with it, so that the disk tells
nothing. A file is told by its first bytes, never by what its sender calls it.
"""

import hashlib
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hotline.refusal import Refusal
from streams.messages.wire import decoder, encode

BYTES_MAX: Final = 20 * 1024 * 1024
"""Largest file that is taken (our default)."""
FOLDER: Final = "evidence"
NAME_LENGTH_MAX: Final = 120
_CHUNK: Final = 65_536
_SCAN_SECONDS_MAX: Final = 30
_HASH_LENGTH: Final = 64

_BEGINNINGS: Final[tuple[tuple[bytes, str, tuple[str, ...]], ...]] = (
    (b"%PDF-", "application/pdf", (".pdf",)),
    (b"\xff\xd8\xff", "image/jpeg", (".jpg", ".jpeg")),
    (b"\x89PNG\r\n\x1a\n", "image/png", (".png",)),
    (
        b"PK\x03\x04",
        "application/vnd.openxmlformats-officedocument",
        (".docx", ".xlsx", ".pptx"),
    ),
    (b"ID3", "audio/mpeg", (".mp3",)),
    (b"RIFF", "audio/wav", (".wav",)),
)
"""What a file may be, by its first bytes, and how its name may end."""


@dataclass(frozen=True, slots=True)
class Kept:
    """存证: a file as it is kept."""

    digest: str
    name: str
    media_type: str
    content: bytes


Scan = Callable[[bytes], bool]
"""Tells whether a content is clean."""


class EvidenceStore:
    """证据库 in a directory."""

    __slots__ = ("_folder", "_scan", "_seal", "_unseal")

    def __init__(
        self,
        data: Path,
        seal: Callable[[bytes], bytes],
        unseal: Callable[[bytes], bytes],
        scan: Scan = lambda _content: True,
    ) -> None:
        self._folder: Final = data / FOLDER
        self._seal: Final = seal
        self._unseal: Final = unseal
        self._scan: Final = scan

    def keep(self, name: str, content: bytes) -> Kept | Refusal:
        """Keep a file, or say why not."""
        if not content:
            return Refusal("evidence-empty")
        if len(content) > BYTES_MAX:
            return Refusal("evidence-too-large", {"megabytes": str(BYTES_MAX // 1024**2)})
        media_type = media_type_of(name, content)
        if not media_type:
            return Refusal("evidence-type-forbidden")
        if not self._scan(content):
            return Refusal("evidence-forbidden-content")
        digest = hashlib.sha256(content).hexdigest()
        plain_name = Path(name.replace("\\", "/")).name[-NAME_LENGTH_MAX:]
        path = self._path(digest)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            aside = path.with_name(f"{digest}.{os.getpid()}")
            with aside.open("wb") as file:
                file.write(self._seal(encode((plain_name, media_type, content))))
                file.flush()
                os.fsync(file.fileno())
            aside.replace(path)
        return Kept(digest, plain_name, media_type, content)

    def open(self, digest: str) -> Kept | None:
        """Read a file; None where there is none, or it is no longer what it was."""
        if len(digest) != _HASH_LENGTH or not digest.isalnum():
            return None
        try:
            sealed = self._path(digest).read_bytes()
        except FileNotFoundError:
            return None
        name, media_type, content = decoder(tuple[str, str, bytes])(self._unseal(sealed))
        if hashlib.sha256(content).hexdigest() != digest:
            return None
        return Kept(digest, name, media_type, content)

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest


def media_type_of(name: str, content: bytes) -> str:
    """Tell what a file is, "" where it is nothing that is taken or calls itself otherwise."""
    for beginning, media_type, endings in _BEGINNINGS:
        if content.startswith(beginning) and name.lower().endswith(endings):
            return media_type
    return ""


def clamav(address: str) -> Scan:
    """Scan by a ClamAV daemon at `host:port` or at the path of its socket (INSTREAM)."""

    def scan(content: bytes) -> bool:
        with _connected(address) as line:
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), _CHUNK):
                chunk = content[start : start + _CHUNK]
                line.sendall(len(chunk).to_bytes(4) + chunk)
            line.sendall((0).to_bytes(4))
            answer = line.recv(4096)
        return answer.rstrip(b"\0").endswith(b"OK")

    return scan


def _connected(address: str) -> socket.socket:
    host, _, port = address.rpartition(":")
    if port.isdecimal():
        return socket.create_connection((host, int(port)), _SCAN_SECONDS_MAX)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(_SCAN_SECONDS_MAX)
    line.connect(address)
    return line
