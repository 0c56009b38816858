import pytest

from hotline.people.directory import DepartmentDirectory
from hotline.routing.catalogue import CatalogueRouting, region_prefix
from hotline.routing.commands import CatalogueEntry, Category
from hotline.routing.route import Route
from hotline.routing.state import Catalogue
from hotline.tickets.vocabulary import TicketType, Urgency

CATEGORIES = (
    Category(code="03", name="交通出行"),
    Category(code="0301", name="道路"),
    Category(code="030101", name="坑洼", department_duty=True),
    Category(code="05", name="公用事业"),
)


def entry(id_: str, lead: str = "", **fields: object) -> CatalogueEntry:
    return CatalogueEntry(id=id_, lead=lead or id_, **fields)  # type: ignore[arg-type] # test data


def route(
    *entries: CatalogueEntry,
    added: tuple[CatalogueEntry, ...] = (),
    region: str = "341102",
    category: str = "",
    type_: TicketType = TicketType.COMPLAINT,
    text: str = "",
) -> Route:
    catalogue = Catalogue(version="1", categories=CATEGORIES, entries=entries, added=added)
    return CatalogueRouting.of({"": catalogue}).route(
        region=region, category=category, type_=type_, text=text
    )


def test_nothing_matching_asks_a_person() -> None:
    assert route(entry("a", category="05"), category="0301") == Route("", (), "", ("no-entry",))


def test_an_entry_without_conditions_is_the_backstop() -> None:
    found = route(entry("a", category="05"), entry("hotline"), category="0301")
    assert (found.lead, found.reasons) == ("hotline", ("entry:hotline", "backstop"))


def test_the_deeper_category_wins_and_the_loser_is_named() -> None:
    found = route(
        entry("broad", category="03"),
        entry("deep", category="0301", assists=("police",), urgency=Urgency.UTILITY),
        category="030101",
    )
    assert found == Route(
        "deep",
        ("police",),
        "deep",
        ("entry:deep", "category:0301", "beat:broad:category"),
        "0301",
        Urgency.UTILITY,
    )


def test_a_deeper_entry_without_keywords_does_not_fit_a_coarser_ticket() -> None:
    found = route(entry("deep", category="0301"), entry("b", category="03"), category="03")
    assert found.lead == "b"


def test_a_keyword_leads_from_a_coarse_category_to_a_deeper_entry() -> None:
    entries = (
        entry("deep", category="0301", keywords=("坑洼",)),
        entry("broad", category="03"),
    )
    assert route(*entries, category="03", text="门口坑洼不平").lead == "deep"
    assert route(*entries, category="05", text="门口坑洼不平").lead == ""


def test_without_a_category_the_heavier_keywords_win() -> None:
    found = route(
        entry("a", category="05", keywords=("停水",)),
        entry("b", category="03", keywords=("坑洼", "路灯不亮")),
        text="停水了，路灯不亮",
    )
    assert found.reasons == ("entry:b", "keywords:路灯不亮", "beat:a:keywords")


def test_a_keyword_in_the_title_counts_twice() -> None:
    entries = (entry("a", keywords=("停水",)), entry("b", keywords=("路灯亮",)))
    assert route(*entries, text="停水\n路灯亮也没有用").lead == "a"
    assert route(*entries, text="停水，路灯亮也没有用").lead == "b"


def test_a_keyword_repeated_counts_once() -> None:
    entries = (entry("a", keywords=("停水", "停水")), entry("b", keywords=("路灯亮",)))
    assert route(*entries, text="停水停水停水，路灯亮").lead == "b"


def test_the_named_region_wins_and_another_region_does_not_match() -> None:
    entries = (
        entry("city", category="0301"),
        entry("here", category="0301", region="341102"),
        entry("there", category="0301", region="341103"),
    )
    found = route(*entries, category="0301", region="341102001")
    assert found.reasons == ("entry:here", "category:0301", "region:341102", "beat:city:region")
    assert route(*entries, category="0301", region="341199").lead == "city"


def test_the_city_code_covers_its_districts() -> None:
    found = route(entry("a", category="03", region="341100"), category="03", region="341102")
    assert found.lead == "a"
    assert region_prefix("340000") == "34"
    assert region_prefix("341100001") == "341100001"


def test_the_type_is_a_condition_and_makes_an_entry_more_specific() -> None:
    entries = (
        entry("any", category="03"),
        entry("report", category="03", type=TicketType.REPORT),
    )
    assert route(*entries, category="03").lead == "any"
    assert route(*entries, category="03", type_=TicketType.REPORT).lead == "report"


def test_a_lesson_wins_over_older_entries_of_the_same_depth_and_the_latest_over_both() -> None:
    old = entry("old", category="0301", keywords=("坑洼", "路面"))
    first, second = entry("first", category="0301"), entry("second", category="0301")
    found = route(old, added=(first, second), category="0301", text="路面坑洼")
    assert found.reasons == (
        "entry:second",
        "category:0301",
        "lesson",
        "beat:first:lesson",
        "beat:old:lesson",
    )


def test_a_broad_lesson_does_not_override_a_deeper_rule() -> None:
    found = route(
        entry("deep", category="0301"), added=(entry("broad", category="03"),), category="0301"
    )
    assert found.lead == "deep"


def test_an_equal_entry_loses_to_the_one_before_it() -> None:
    found = route(entry("z", category="03"), entry("a", category="03"), category="03")
    assert found.reasons == ("entry:z", "category:03", "beat:a:order")


def test_the_catalogue_of_the_region_is_asked_before_that_of_the_house() -> None:
    routing = CatalogueRouting.of(
        {
            "": Catalogue(entries=(entry("house", category="030101"),)),
            "341100": Catalogue(entries=(entry("own", category="03"),)),
        }
    )

    def lead(region: str, category: str) -> str:
        return routing.route(region=region, category=category, type_=TicketType.HELP, text="").lead

    assert lead("341102", "030101") == "own"
    assert lead("341202", "030101") == "house"
    assert lead("341102", "05") == ""


def test_a_retired_lead_is_passed_over_and_a_retired_assist_left_out(
    directory: DepartmentDirectory,
) -> None:
    catalogue = Catalogue(
        entries=(
            entry("a", "closed", category="0301"),
            entry("b", "roads", category="03", assists=("closed", "water")),
        )
    )
    routing = CatalogueRouting.of({"": catalogue}, directory)
    found = routing.route(region="", category="0301", type_=TicketType.HELP, text="")
    assert (found.lead, found.assists) == ("roads", ("water",))


@pytest.mark.parametrize(
    ("category", "region", "duty"),
    [
        ("030101", "341102", True),
        ("0301", "341102", False),
        ("0501", "341102", True),
        ("05", "341102", True),
        ("05", "341103", False),
        ("", "341102", False),
    ],
)
def test_duty_comes_from_the_category_or_from_an_entry(
    category: str, region: str, duty: bool
) -> None:
    catalogue = Catalogue(
        categories=CATEGORIES,
        entries=(entry("w", category="05", region="341102", department_duty=True),),
    )
    routing = CatalogueRouting.of({"": catalogue})
    assert routing.is_department_duty(region, category) is duty


def test_categories_are_known_by_region_or_by_the_house() -> None:
    routing = CatalogueRouting.of(
        {"": Catalogue(categories=CATEGORIES), "341102": Catalogue(added=(entry("a"),))}
    )
    assert routing.knows_category("341102", "030101")
    assert not routing.knows_category("341102", "0302")
    assert routing.categories("341102") == CATEGORIES
