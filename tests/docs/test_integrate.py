"""What the page on the JSON API shows is what the application answers."""

import re
from typing import Final

import pytest

from docs.tools.pages import DOCS
from tests.docs.conftest import PASSWORD, Desk
from tests.docs.curl import examples, request_of, unlike

PAGE: Final = DOCS / "how-to" / "integrate.md"
EXAMPLES: Final = examples(PAGE.read_text("utf-8"))


def log_in_the_administrator(desk: Desk, known: dict[str, str]) -> None:
    answer = desk.client("administrator").post(
        "/api/v1/session", json={"username": "administrator", "password": PASSWORD}
    )
    known["CSRF2"] = answer.json()["csrf_token"]


def test_the_page_shows_what_is_answered(desk: Desk) -> None:
    known = {"BIHUAN": "", "PASSWORD": PASSWORD, "KEY": desk.key}
    log_in_the_administrator(desk, known)
    for line, wanted in EXAMPLES:
        asked = request_of(line, known)
        answer = desk.client(asked.jar).request(
            asked.method,
            asked.url,
            headers=asked.headers,
            content=None if asked.body is None else asked.body.encode(),
        )
        assert unlike(wanted, answer.json(), known) == [], (line, answer.text)


def test_the_page_shows_some() -> None:
    assert len(EXAMPLES) > 10


@pytest.mark.parametrize(
    ("wanted", "given"),
    [({"a": 1}, {"a": 2}), ({"a": 1}, {}), ([1], []), ({"a": "$NUMBER"}, {"a": "other"})],
)
def test_another_answer_is_seen(wanted: object, given: object) -> None:
    assert unlike(wanted, given, {"NUMBER": "one"})


def test_the_paths_named_stand_in_the_openapi_document(desk: Desk) -> None:
    document = desk.client("").get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    text = PAGE.read_text("utf-8")
    named = re.findall(r"`(POST|GET) (/api/v1/[^`…]+)`", text)
    assert named
    templates = [re.sub(r"{\w+}", "[^/]+", path) + "$" for path in document["paths"]]
    missing = [
        path
        for _, path in named
        if "<" not in path and not any(re.match(one, path) for one in templates)
    ]
    assert missing == []
