"""The catalogue by the shell: shown, tried, compared, published as a whole or not at all."""

import json
from pathlib import Path

import pytest

from streams.processes.opening import open_store
from streams.settings import Settings
from tests.bihuan import Bihuan
from tests.simulation import small_city


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("catalogue")
    store = open_store(Settings(data=folder), durable=False)
    small_city.found(store)
    store.engine.dispose()
    return folder


def test_a_file_is_compared_and_published_as_a_whole(
    data: Path, tmp_path: Path, bihuan: Bihuan
) -> None:
    shown = bihuan("catalogue", "show", "--data", data).document
    entries = shown["entries"]
    first = dict(entries[0], lead="gas-board")
    file = tmp_path / "catalogue.json"
    file.write_text(json.dumps({**shown, "entries": [first, *entries[2:]]}), encoding="utf-8")
    compared = bihuan("catalogue", "compare", file, "--data", data).document
    assert compared == {
        "added": [],
        "removed": [entries[1]["id"]],
        "changed": [entries[0]["id"]],
    }
    refused = bihuan("catalogue", "publish", file, "--data", data, "--version", "2027.1")
    assert (refused.code, refused.document["error"]["code"]) == (2, "unknown-department")
    lead = "housing" if entries[0]["lead"] != "housing" else "city_management"
    first |= {"lead": lead, "assists": []}
    file.write_text(json.dumps({**shown, "entries": [first, *entries[2:]]}), encoding="utf-8")
    done = bihuan("catalogue", "publish", file, "--data", data, "--version", "2027.1")
    assert (done.code, done.document["published"]) == (0, "2027.1")
    assert bihuan("catalogue", "show", "--data", data).document["version"] == "2027.1"


def test_a_message_is_tried(data: Path, bihuan: Bihuan) -> None:
    tried = bihuan("catalogue", "try", "小区路灯不亮", "--data", data, "--region", "341900")
    assert tried.code == 0
    assert tried.document["lead"]
    assert any(reason.startswith("keywords:") for reason in tried.document["reasons"])


def test_what_is_no_catalogue_is_refused(data: Path, tmp_path: Path, bihuan: Bihuan) -> None:
    file = tmp_path / "poem.json"
    file.write_text("[]", encoding="utf-8")
    answer = bihuan("catalogue", "compare", file, "--data", data)
    assert answer.document["error"]["code"] == "file-malformed"
