"""Evidence: told by its content, kept once, unreadable on the disk, clean or refused."""

import hashlib
import socket
from pathlib import Path
from threading import Thread

import pytest

from hotline.refusal import Refusal
from streams import evidence
from streams.evidence import EvidenceStore, Kept, clamav

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


def sealing(data: bytes) -> bytes:
    return data[::-1]


def store(folder: Path) -> EvidenceStore:
    return EvidenceStore(folder, sealing, sealing)


def test_a_file_comes_back_as_it_was_and_lies_there_sealed(tmp_path: Path) -> None:
    kept = store(tmp_path).keep("C:\\照片\\现场.png", PNG)

    assert isinstance(kept, Kept)
    assert (kept.digest, kept.name) == (hashlib.sha256(PNG).hexdigest(), "现场.png")
    assert store(tmp_path).open(kept.digest) == kept
    (path,) = (one for one in tmp_path.rglob("*") if one.is_file())
    assert path.name == kept.digest
    assert PNG not in path.read_bytes()


def test_the_same_file_twice_is_one_file(tmp_path: Path) -> None:
    assert store(tmp_path).keep("a.png", PNG) != Refusal("evidence-empty")
    store(tmp_path).keep("b.png", PNG)
    assert len([one for one in tmp_path.rglob("*") if one.is_file()]) == 1


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.png", b"", "evidence-empty"),
        ("a.png", b"<script>", "evidence-type-forbidden"),
        ("a.html", PNG, "evidence-type-forbidden"),
        ("a.pdf", PNG, "evidence-type-forbidden"),
    ],
)
def test_what_is_not_what_it_says_is_refused(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    found = store(tmp_path).keep(name, content)
    assert isinstance(found, Refusal)
    assert found.code == code


def test_a_file_that_is_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "BYTES_MAX", len(PNG) - 1)
    found = store(tmp_path).keep("a.png", PNG)
    assert isinstance(found, Refusal)
    assert found.code == "evidence-too-large"


def test_a_file_that_was_changed_on_the_disk_is_no_evidence(tmp_path: Path) -> None:
    kept = store(tmp_path).keep("a.png", PNG)
    assert isinstance(kept, Kept)
    (path,) = (one for one in tmp_path.rglob("*") if one.is_file())
    other = store(tmp_path / "other").keep("a.png", PNG + b"1")
    assert isinstance(other, Kept)
    (path_of_other,) = (one for one in (tmp_path / "other").rglob("*") if one.is_file())
    path.write_bytes(path_of_other.read_bytes())
    assert store(tmp_path).open(kept.digest) is None


@pytest.mark.parametrize("digest", ["../../master.key", "0" * 64, ""])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, digest: str) -> None:
    assert store(tmp_path).open(digest) is None


@pytest.mark.parametrize(("answer", "clean"), [(b"stream: OK\0", True), (b"Eicar FOUND\0", False)])
def test_a_daemon_is_asked_where_one_is_set(tmp_path: Path, answer: bytes, clean: bool) -> None:
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def daemon() -> None:
            line, _ = server.accept()
            with line:
                received = b""
                while not received.endswith(b"\0\0\0\0"):
                    received += line.recv(4096)
                heard.append(received)
                line.sendall(answer)

        thread = Thread(target=daemon)
        thread.start()
        scan = clamav(f"127.0.0.1:{server.getsockname()[1]}")
        kept = EvidenceStore(tmp_path, sealing, sealing, scan).keep("a.png", PNG)
        thread.join()

    assert isinstance(kept, Kept) is clean
    assert heard == [b"zINSTREAM\0" + len(PNG).to_bytes(4) + PNG + bytes(4)]
