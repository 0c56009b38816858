"""The desk of the inspectors: what it shows, what it logs, and that nobody else gets in."""

import io
import re
from datetime import timedelta
from itertools import pairwise

import pytest
from docx import Document

from api.json.commands import command_routes
from handlers.outcome import Record
from hotline.facts import Fact
from hotline.inspection.commands import DrawSample, ExamineSuspicion, RecordFinding
from hotline.inspection.sampling import digest_of, drawn
from hotline.inspection.state import Sample
from hotline.inspection.vocabulary import Finding, Verdict
from hotline.people.access import Access, Look
from hotline.people.actors import Actor, Role
from hotline.people.commands import DepartmentLevel
from hotline.people.scopes import DEPARTMENT_ROLES
from hotline.people.staff import StaffMember
from hotline.people.state import Department
from hotline.tickets import events as e
from hotline.tickets.evolve import evolve
from hotline.tickets.vocabulary import Secrecy
from projections.apply import apply_page
from projections.log import LogLine
from tests.unit.api.conftest import NOW, PASSWORD, House
from tests.unit.api.packs.test_packs import explained
from tests.unit.projections.story import DAY, HOUR, Log, ServiceStory, Story, number

WHO = Role.INSPECTOR
START = NOW - 10 * DAY
NUMBER = number(1, day=f"{START:%Y%m%d}")
PAGES = (
    *("/inspect?text=停水", "/inspect/suspicions", "/inspect/suspicions?rule=held_back"),
    *("/inspect/samples", "/inspect/samples/s1", "/inspect/places", "/inspect/places/5118"),
    *(f"/inspect/tickets/{NUMBER}", f"/inspect/suspicions/held_back/{NUMBER}"),
)


def put(house: House, log: Log) -> None:
    """Put a log into the archive and the read models."""
    log.lines[:] = [explained(line) for line in log.lines]
    streams: dict[str, list[LogLine]] = {}
    for line in log.lines:
        streams.setdefault(line.stream, []).append(line)
    for stream, lines in streams.items():
        house.archive.history[stream] = lines
        if stream.startswith("ticket/"):
            state = None
            for line in lines:
                state = evolve(state, line.fact)
            house.archive.states[stream] = Record(state, len(lines))
    with house.app.state.faces.reader() as connection:
        for page in log.pages():
            apply_page(connection, page)
        connection.commit()


@pytest.fixture
def desk(pages: House) -> House:
    log = Log()
    story = Story(log, NUMBER, START).register(caller="c1", region="511802").wait(HOUR)
    story.assign("water").wait(HOUR).acknowledge().wait(DAY).become_overdue().wait(HOUR)
    story.tell(e.TicketCorrected(reason="写错", before={"title": "停电"}, after={"title": "停水"}))
    story.contact().wait(DAY).submit(on_time=False).approve().revisit().close()
    ServiceStory(log, "P-1", START).serve().rate(2)
    pages.archive.places["water"] = Department(
        name="市水务局",
        name_en="Water bureau",
        level=DepartmentLevel.DEPARTMENT,
        parent="",
        region="511800",
    )
    put(pages, log)
    numbers = (NUMBER,)
    pages.archive.states["sample/s1"] = Record(
        Sample(
            seed="0" * 32,
            since=START - DAY,
            until=START + 9 * DAY,
            department="",
            region="",
            population_count=1,
            population_digest=digest_of(numbers),
            numbers=drawn(numbers, "0" * 32, 1),
            drawn_by="s-x",
            drawn_at=NOW,
        ),
        1,
    )
    return pages


@pytest.mark.parametrize("role", sorted(Role))
def test_only_inspectors_sit_here(desk: House, role: Role) -> None:
    client = desk.as_role(role, department="water")
    for path in PAGES:
        answer = client.get(path)
        assert answer.status_code == (200 if role is WHO else 403), (path, role)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_speaks_both_languages(desk: House, path: str, lang: str) -> None:
    mark = "&" if "?" in path else "?"
    page = desk.as_role(WHO).get(f"{path}{mark}lang={lang}").text
    assert f'lang="{"zh-CN" if lang == "zh" else "en"}"' in page
    main = re.sub(r"<[^>]*>", " ", page.partition("<main")[2])
    assert not re.search(r"\b(?:inspect|suspicion|ground|look|bulletin)\.[a-z_]+", main)


def test_one_box_finds_in_every_group(desk: House) -> None:
    desk.accounts.add_staff(
        StaffMember(person="s-1", username="water-1", display_name="水务王", roles=(Role.HANDLER,)),
        PASSWORD,
    )
    client = desk.as_role(WHO)
    assert NUMBER in client.get("/inspect?text=停水").text
    assert NUMBER in client.get(f"/inspect?text={NUMBER}").text
    assert "用水报装" in client.get("/inspect?text=用水").text
    found = client.get("/inspect?text=水务").text
    assert "市水务局" in found
    assert "水务王" in found
    assert "没有" in client.get("/inspect?text=查无此事").text


def test_a_group_goes_on_page_by_page(desk: House) -> None:
    log = Log(_positions={0: 1000})
    for n in range(2, 60):
        Story(log, number(n, day=f"{START:%Y%m%d}"), START).register(title="井盖破损")
    with desk.app.state.faces.reader() as connection:
        for page in log.pages():
            apply_page(connection, page)
        connection.commit()
    client = desk.as_role(WHO)
    first = client.get("/inspect?text=井盖&group=tickets").text
    link = re.search(r'href="(/inspect\?[^"]*cursor=[^"]+)"', first)
    assert link is not None
    second = client.get(link[1].replace("&amp;", "&")).text
    shown = [set(re.findall(r"5118\d{18}", page)) for page in (first, second)]
    assert not shown[0] & shown[1]
    assert len(shown[0] | shown[1]) == 58
    assert client.get("/inspect?text=井盖&group=tickets&cursor=x").status_code == 422


def test_the_past_is_shown_as_it_was_and_compared(desk: House) -> None:
    client = desk.as_role(WHO)
    local = (START + timedelta(hours=8, minutes=90)).strftime("%Y-%m-%dT%H:%M:%S")
    then = client.get(f"/inspect/tickets/{NUMBER}?at={local}").text
    assert "待签收" in then.partition('id="clocks"')[0]
    later = client.get(f"/inspect/tickets/{NUMBER}?from={local}").text
    assert "<del>待签收</del>" in later
    assert "<ins>已结案</ins>" in later
    early = client.get(f"/inspect/tickets/{NUMBER}?at=2026-01-01T00:00").text
    assert "当时还没有这张工单" in early
    assert client.get(f"/inspect/tickets/{NUMBER}?at=gestern").status_code == 422


def test_a_secret_ticket_opens_for_a_reason_only(desk: House) -> None:
    secret = number(7, day=f"{START:%Y%m%d}")
    log = Log()
    Story(log, secret, START).register(secrecy=Secrecy.SECRET, title="举报某人").assign()
    put(desk, log)
    client = desk.as_role(WHO)
    for path in (f"/inspect/tickets/{secret}", f"/inspect/tickets/{secret}/pack"):
        answer = client.get(path)
        assert answer.status_code == 403
        assert "举报某人" not in answer.text
    actor = Actor("s-inspector", WHO)
    desk.accounts.open_access(actor, f"ticket/{secret}", "核查线索", NOW)
    assert client.get(f"/inspect/tickets/{secret}").status_code == 200


def test_every_look_is_logged_before_it_is_shown(desk: House) -> None:
    client, book = desk.as_role(WHO), desk.app.state.faces.access_book
    client.get(f"/tickets/{NUMBER}")
    client.get(f"/inspect/tickets/{NUMBER}")
    client.get(f"/api/v1/tickets/{NUMBER}")
    client.get(f"/inspect/suspicions/held_back/{NUMBER}")
    looks = [one.action for one in book.of(f"ticket/{NUMBER}")]
    assert set(looks) == {Look.VIEW, Look.TIME_MACHINE, Look.SUSPICION}
    assert looks.count(Look.VIEW) == 1, "a page that refreshes itself is one look"
    desk.pass_time(minutes=2)
    client.get(f"/tickets/{NUMBER}")
    assert len(book.of(f"ticket/{NUMBER}")) == 4


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.INSPECTOR, Role.AUDIT_ADMINISTRATOR}))
def test_nobody_learns_from_any_page_that_an_inspector_looked(desk: House, role: Role) -> None:
    """The same pages, asked for before and after an inspector looked at everything."""
    client = desk.as_role(role, department="water")
    paths = (
        *("/", f"/tickets/{NUMBER}", "/tickets", "/inbox", "/returns", "/deadlines", "/kpis"),
        *(f"/api/v1/tickets/{NUMBER}", "/api/v1/inbox", "/api/v1/accesses", "/inspect/accesses"),
        *("/audit", f"/inspect/tickets/{NUMBER}/pack"),
    )
    before = [plain(client.get(path).text) for path in paths]
    inspector = desk.as_role(WHO)
    for path in PAGES:
        inspector.get(path)
    assert [plain(client.get(path).text) for path in paths] == before


def plain(page: str) -> str:
    """Leave out what is new with every page: identities of requests and forms."""
    return re.sub(r"id-\d+", "", page)


def test_department_roles_may_not_ask_for_the_access_log(desk: House) -> None:
    for role in DEPARTMENT_ROLES:
        client = desk.as_role(role, department="water")
        assert client.get("/inspect/accesses").status_code == 403
        assert client.get("/api/v1/accesses").status_code == 403


def test_the_access_log_tells_who_looked_page_by_page(desk: House) -> None:
    book = desk.app.state.faces.access_book
    for n in range(103):
        actor = Actor("s-clerk" if n % 2 else "s-other", Role.OPERATOR)
        book.note(Access(actor=actor, action=Look.VIEW, subject=f"ticket/{n}", at=NOW))
    client = desk.as_role(Role.AUDIT_ADMINISTRATOR)
    page = client.get("/inspect/accesses").text
    assert page.count("<tr><td") == 100
    more = re.search(r'href="(/inspect/accesses\?[^"]*before=[^"]+)"', page)
    assert more is not None
    assert client.get(more[1].replace("&amp;", "&")).text.count("<tr><td") == 3
    assert client.get("/inspect/accesses?person=s-clerk").text.count("<tr><td") == 51


def test_twenty_tickets_within_minutes_are_a_leak(desk: House) -> None:
    book = desk.app.state.faces.access_book
    begin = NOW - HOUR
    for n in range(20):
        actor = Actor("s-fast", Role.OPERATOR)
        at = begin + timedelta(seconds=20 * n)
        book.note(Access(actor=actor, action=Look.VIEW, subject=f"ticket/{n}", at=at))
        if n:
            slow = Actor("s-slow", Role.OPERATOR)
            book.note(Access(actor=slow, action=Look.VIEW, subject=f"ticket/{n}", at=at))
    page = desk.as_role(WHO).get("/inspect/suspicions?rule=leaks").text
    assert "s-fast" in page
    assert "s-slow" not in page


def test_a_verdict_is_sent_with_the_facts_that_were_looked_at(desk: House) -> None:
    client = desk.as_role(WHO)
    path = f"/inspect/suspicions/held_back/{NUMBER}"
    shown = re.search(r'name="facts" value="([^"]+)"', client.get(path).text)
    assert shown is not None
    form = {"csrf": "", "verdict": "confirmed", "reason": "确属超期", "facts": shown[1]}
    assert client.post(path, data=form, follow_redirects=False).status_code == 303
    (sent,) = desk.gateway.taken
    assert sent.stream == f"suspicion/held_back/{NUMBER}"
    assert isinstance(sent.command, ExamineSuspicion)
    assert sent.command.verdict is Verdict.CONFIRMED
    assert f"ticket/{NUMBER}:4" in sent.command.facts
    wrong = client.post(path, data={**form, "verdict": "maybe"})
    assert (wrong.status_code, "确属超期" in wrong.text) == (422, True)


def test_the_house_draws_and_nobody_chooses(desk: House) -> None:
    client = desk.as_role(WHO)
    since, until = (START - DAY).date().isoformat(), (NOW - DAY).date().isoformat()
    form = {"csrf": "", "since": since, "until": until, "size": "5", "message_id": "m1"}
    answer = client.post("/inspect/samples", data=form, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    (sent,) = desk.gateway.taken
    command = sent.command
    assert isinstance(command, DrawSample)
    assert command.numbers == drawn((NUMBER,), command.seed, 1)
    assert command.population_digest == digest_of((NUMBER,))
    again = client.post("/inspect/samples", data=form, follow_redirects=False)
    assert again.headers["location"] == answer.headers["location"]
    assert len(desk.gateway.taken) == 1, "a double click is one draw"
    assert DrawSample not in {route.command for route in command_routes()}


@pytest.mark.parametrize("changed", [{"size": "0"}, {"size": "201"}, {"since": ""}])
def test_a_draw_of_nothing_sensible_is_refused(desk: House, changed: dict[str, str]) -> None:
    form = {"csrf": "", "since": "2026-11-01", "until": "2026-11-10", "size": "5", **changed}
    assert desk.as_role(WHO).post("/inspect/samples", data=form).status_code == 422
    assert desk.gateway.taken == []


def test_a_finding_is_sent_and_the_draw_made_again(desk: House) -> None:
    client = desk.as_role(WHO)
    page = client.get("/inspect/samples/s1").text
    assert "结果一致" in page
    assert NUMBER in page
    form = {"csrf": "", "finding": "false", "note": "水管未修"}
    path = f"/inspect/samples/s1/{NUMBER}"
    assert client.post(path, data=form, follow_redirects=False).status_code == 303
    (sent,) = desk.gateway.taken
    expected = RecordFinding(number=NUMBER, finding=Finding.FALSE, note="水管未修")
    assert (sent.stream, sent.command) == ("sample/s1", expected)
    assert client.get("/inspect/samples/none").status_code in (404, 422)


def test_figures_lead_from_the_city_down_and_every_number_opens(desk: House) -> None:
    client = desk.as_role(WHO)
    page = client.get("/inspect/places").text
    for path in ("/inspect/places/511802", "region=511802"):
        assert path in page
    links = re.findall(r'href="(/kpis/[^"]+)"', page)
    assert links
    for link in set(links):
        assert client.get(link.replace("&amp;", "&")).status_code == 200, link
    assert client.get("/inspect/places/abc").status_code == 404


def test_the_bulletin_comes_as_page_word_and_excel(desk: House) -> None:
    client = desk.as_role(Role.ASSESSOR)
    page = client.get("/bulletins?month=2026-11").text
    assert "市水务局" in page
    digest = re.search(r"SHA-256：([0-9a-f]{64})", page)
    assert digest is not None
    for link in set(re.findall(r'href="(/kpis/[^"]+)"', page)):
        assert client.get(link.replace("&amp;", "&")).status_code == 200, link
    word = client.get("/bulletins/2026-11.docx")
    told = Document(io.BytesIO(word.content))
    assert "办理情况通报" in told.paragraphs[0].text
    cells = [cell.text for row in told.tables[0].rows for cell in row.cells]
    assert {"单位", "承办单位"} & set(cells)
    assert "市水务局" in cells
    assert any(digest[1] in paragraph.text for paragraph in told.paragraphs)
    assert client.get("/bulletins/2026-11.xlsx").content.startswith(b"PK")
    assert client.get("/bulletins/2026-13.docx").status_code == 404
    assert client.get("/bulletins/2026-11.pdf").status_code == 404


def test_a_department_opens_only_its_own_side_of_a_figure(desk: House) -> None:
    client = desk.as_role(Role.DEPARTMENT_LEADER, department="roads")
    path = "/kpis/overdue/numerator?since=2026-11-01&until=2026-11-19&department=water"
    assert NUMBER not in client.get(path).text
    assert NUMBER in desk.as_role(WHO).get(path).text


def test_the_history_told_is_in_order(desk: House) -> None:
    versions = [
        int(one)
        for one in re.findall(
            r"<strong>(\d+)\. ", desk.as_role(WHO).get(f"/inspect/tickets/{NUMBER}").text
        )
    ]
    assert all(after == before + 1 for before, after in pairwise(versions))
    assert versions[0] == 1
    assert isinstance(desk.archive.history[f"ticket/{NUMBER}"][0].fact, Fact)
