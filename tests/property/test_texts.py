"""Every template with every value it may get: nothing is cut, and nobody is named."""

import re
from pathlib import Path
from typing import Final

import jinja2.meta
import pytest
from hypothesis import given
from hypothesis import strategies as st

import notifications
from hotline.correspondence.state import Correspondence
from hotline.correspondence.vocabulary import Reading
from hotline.tickets.vocabulary import Kind, Secrecy
from notifications.callers import to_caller
from notifications.intent import Template, intent_id
from notifications.plan import plan
from notifications.rendering import Renderer, Style, tag_of
from notifications.saying import QUOTED_CHARACTERS_MAX
from notifications.segments import measure
from tests.unit.notifications import facts

TEMPLATES: Final = Path(notifications.__file__).parent / "templates"
LANGUAGES: Final = ("zh", "en")
MAY_PRINT: Final = {
    *("number", "kind", "secret", "code", "department", "hotline", "link", "level", "ground"),
    *("other", "stage", "rating_link"),
    *("due_at", "until_at", "call_back_at"),
    *("what", "way", "basis", "line", "reason", "summary", "result", "text"),
}
"""No name, phone, address, title or place of a person is among them."""

SEGMENTS_MAX: Final = 6
ID: Final = intent_id("ticket/1", 1, Template.ACCEPTED, "citizen/1")
RENDERER: Final = Renderer(
    Style(link="https://12345.example/t"), {"water": "XX市自来水集团有限责任公司"}.__getitem__
)


def _name(file: Path) -> str:
    return f"{file.parent.name}/{file.stem}"


def bodies(text: str, kind: Kind, secrecy: Secrecy, language: str) -> dict[str, str]:
    state = facts.ticket(kind=kind, secrecy=secrecy, language=language)
    written = {}
    for event in (*facts.to_callers(text).values(), *facts.to_departments().values()):
        for intent in plan("ticket/1", 1, facts.fact(event), state):
            written[f"{intent.template}/{intent.recipient}"] = RENDERER.body(
                intent.intent_id, intent.template, language, intent.data, "7K2M9X"
            )
    return written


@given(
    text=st.text(st.sampled_from("答复，长a1{🙂"), max_size=QUOTED_CHARACTERS_MAX * 2),
    kind=st.sampled_from(Kind),
    secrecy=st.sampled_from(Secrecy),
    language=st.sampled_from(LANGUAGES),
)
def test_every_text_is_whole_signed_and_of_bounded_length(
    text: str, kind: Kind, secrecy: Secrecy, language: str
) -> None:
    for body in bodies(text, kind, secrecy, language).values():
        assert body.startswith("【XX12345】")
        assert re.search("#[A-Z2-7]{5}$", body)
        assert measure(body).segments <= SEGMENTS_MAX
        assert "\n" not in body
        assert "None" not in body


@given(text=st.text(st.sampled_from("答复长"), min_size=1, max_size=QUOTED_CHARACTERS_MAX))
def test_what_is_quoted_is_quoted_whole(text: str) -> None:
    for name in ("answered", "explained", "extended", "information_wanted", "refused"):
        body = bodies(text, Kind.HOTLINE, Secrecy.MASKED, "zh")[f"{name}/citizen/citizen-1"]
        assert text in body


@given(
    mobile=st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    language=st.sampled_from(LANGUAGES),
    kind=st.sampled_from(Kind),
)
def test_no_text_prints_a_number_title_or_place_of_a_person(
    mobile: str, language: str, kind: Kind
) -> None:
    for body in bodies(f"请联系{mobile}", kind, Secrecy.MASKED, language).values():
        assert mobile not in body
        assert "标题" not in body
        assert "摘要" not in body
        assert "青江街道" not in body


@given(language=st.sampled_from(LANGUAGES), kind=st.sampled_from(Kind))
def test_a_secret_ticket_names_no_department_and_no_matter(language: str, kind: Kind) -> None:
    written = bodies("市场监管局的答复", kind, Secrecy.SECRET, language)
    for name, body in written.items():
        assert "自来水" not in body
        assert "市场监管局" not in body
        if "citizen" in name and language == "zh":
            assert "您的诉求" in body


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_template_exists_in_every_language(language: str) -> None:
    there = {file.stem for file in (TEMPLATES / language).glob("*.jinja")} - {"words"}
    assert there == {template.value for template in Template}


@pytest.mark.parametrize("file", sorted(TEMPLATES.glob("*/*.jinja")), ids=_name)
def test_a_template_asks_only_for_what_may_be_printed(file: Path) -> None:
    tree = jinja2.Environment(autoescape=True).parse(file.read_text())
    assert jinja2.meta.find_undeclared_variables(tree) <= MAY_PRINT


@pytest.mark.parametrize("file", sorted(TEMPLATES.glob("*/*.jinja")), ids=_name)
def test_only_the_acceptance_has_a_place_for_the_query_code(file: Path) -> None:
    tree = jinja2.Environment(autoescape=True).parse(file.read_text())
    asks = "code" in jinja2.meta.find_undeclared_variables(tree)
    assert asks == (file.stem == "accepted")


def test_the_ordinary_texts_fit_into_two_segments() -> None:
    for body in bodies("已修好", Kind.HOTLINE, Secrecy.MASKED, "zh").values():
        assert measure(body).segments <= 2


def test_a_missed_call_is_answered_with_a_time() -> None:
    state = Correspondence(last_at=facts.NOON)
    (intent,) = plan("citizen/1", 1, facts.fact(facts.missed_call()), state)
    body = RENDERER.body(intent.intent_id, intent.template, "zh", intent.data)
    assert "3月3日12:00前回拨" in body


STAGES: Final = ("in_handling", "awaiting_information", "suspended", "answered", "closed")


@given(
    reading=st.sampled_from(Reading),
    secret=st.booleans(),
    stage=st.sampled_from((*STAGES, "refused", "merged")),
    language=st.sampled_from(LANGUAGES),
)
def test_every_reply_is_whole_and_short(
    reading: Reading, secret: bool, stage: str, language: str
) -> None:
    event = facts.settled(reading, secret=secret, stage=stage)
    (intent,) = plan("citizen/1", 1, facts.fact(event), Correspondence(last_at=facts.NOON))
    body = RENDERER.body(intent.intent_id, intent.template, language, intent.data)
    assert measure(body).segments <= (2 if language == "zh" else 3)
    assert "None" not in body


def test_an_area_adds_a_language_as_a_directory_and_the_rest_falls_back(tmp_path: Path) -> None:
    (tmp_path / "bo").mkdir()
    (tmp_path / "bo" / "merged.jinja").write_text("བོད་ཡིག {{ number }}")
    renderer = Renderer(Style(directories=(tmp_path,)), str)
    saying = to_caller(facts.to_callers()["merged"], facts.ticket())
    assert saying is not None
    assert "བོད་ཡིག" in renderer.body(ID, "merged", "bo", saying.data)
    assert "已结案" in renderer.body(ID, "closed", "bo", {**saying.data, "until_at": "2026-03-03"})


def test_a_missing_value_is_an_error_and_no_empty_place() -> None:
    with pytest.raises(jinja2.UndefinedError):
        RENDERER.body(ID, "accepted", "zh", {"number": "1"})


def test_the_tag_follows_from_the_intent() -> None:
    other = intent_id("ticket/1", 2, Template.ACCEPTED, "citizen/1")
    assert tag_of(ID) == tag_of(ID) != tag_of(other)
