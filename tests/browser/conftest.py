"""A real house on loopback with a small organisation, and a real Chromium."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import sleep

import pytest
import uvicorn
from argon2 import PasswordHasher
from playwright.sync_api import Browser, Page, sync_playwright

from api.assets import FILES, copy_assets
from api.main import House, create_app, open_house
from handlers.envelope import Envelope
from handlers.receipt import ReceiptStatus
from hotline.people.actors import SYSTEM, Actor, Role
from hotline.people.commands import AddDepartment, AppointStaff, DepartmentLevel
from hotline.people.staff import StaffMember
from hotline.routing.commands import CatalogueEntry, Category, PublishCatalogue
from streams.accounts import accounts
from streams.processes.opening import open_store
from streams.settings import Settings

ROOT = Path(__file__).parents[2]
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "correct horse battery"
REGION = "511800"
STAFF = {
    "lin": (Role.OPERATOR, "hotline"),
    "chen": (Role.ASSIGNMENT_OFFICER, "hotline"),
    "wu": (Role.ASSIGNMENT_OFFICER, "hotline"),
    "he": (Role.REVISITOR, "hotline"),
    "tang": (Role.SHIFT_LEAD, "hotline"),
    "zhou": (Role.HANDLER, "water"),
    "zheng": (Role.DEPARTMENT_ADMINISTRATOR, "water"),
    "feng": (Role.DEPARTMENT_LEADER, "water"),
    "shen": (Role.INSPECTOR, ""),
    "ma": (Role.MATTER_OFFICER, "hotline"),
    "yu": (Role.WINDOW_CLERK, "water"),
    "ping": (Role.EVALUATION_OFFICER, "hotline"),
    "han": (Role.SYSTEM_ADMINISTRATOR, ""),
}
DEPARTMENTS = {
    "city": ("示范市", "Model city", DepartmentLevel.CITY, ""),
    "hotline": ("市12345热线中心", "City 12345 centre", DepartmentLevel.HOTLINE, "city"),
    "water": ("市水务局", "Water bureau", DepartmentLevel.DEPARTMENT, "city"),
    "roads": ("市城管执法局", "City management bureau", DepartmentLevel.DEPARTMENT, "city"),
}


@dataclass
class Site:
    url: str
    house: House


CATALOGUE = PublishCatalogue(
    version="2026.1",
    categories=tuple(
        Category(code=code, name=name, name_en=name_en)
        for code, name, name_en in (
            ("11", "公用事业", "Utilities"),
            ("1101", "供水", "Water"),
            ("110101", "供水水质", "Water quality"),
            ("04", "市政", "City works"),
            ("0401", "照明", "Lighting"),
            ("040101", "路灯照明", "Street lamps"),
        )
    ),
    entries=(
        CatalogueEntry(id="K040101", lead="roads", category="040101", keywords=("路灯",)),
        CatalogueEntry(id="C0401", lead="roads", category="0401"),
    ),
)


def furnish(house: House) -> None:
    """Give the house departments and staff."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    doors = accounts.Accounts(house.engine, b"", hasher=hasher)
    for code, (name, name_en, level, parent) in DEPARTMENTS.items():
        command = AddDepartment(
            name=name, name_en=name_en, level=level, parent=parent, region=REGION
        )
        _done(house, f"department/{code}", command)
    _done(house, "catalogue/", CATALOGUE)
    for username, (role, department) in STAFF.items():
        member = StaffMember(
            person=f"s-{username}",
            username=username,
            display_name=f"{username}同志",
            roles=(role,),
            department=department,
        )
        doors.add_staff(member, PASSWORD)
        command_two = AppointStaff(department=department or "city", roles=(role,))
        _done(house, f"staff/s-{username}", command_two)


def _done(
    house: House, stream: str, command: AddDepartment | AppointStaff | PublishCatalogue
) -> None:
    security = Actor("setup", SYSTEM.role)
    envelope = Envelope(
        message_id=f"setup/{stream}",
        stream=stream,
        command=command,
        actor=security,
        at=datetime.now(UTC),
    )
    receipt = house.runtime.submit(envelope)
    assert receipt.status is ReceiptStatus.DONE, (stream, receipt.refusal)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    modules = ROOT / "node_modules"
    assert modules.is_dir(), "run `npm ci` first"
    if not (ROOT / "api" / "static" / "vendor" / Path(FILES[0]).name).is_file():
        copy_assets(modules, ROOT / "api" / "static" / "vendor")
    data = tmp_path_factory.mktemp("house")
    house = open_house(open_store(Settings(data=data)), region=REGION, city="示范市12345")
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(house),
            host="127.0.0.1",
            port=0,
            log_level="critical",
            timeout_graceful_shutdown=1,
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        sleep(0.02)  # start-up has no other sign
    port = server.servers[0].sockets[0].getsockname()[1]
    furnish(house)
    yield Site(f"http://127.0.0.1:{port}", house)
    server.should_exit = True
    thread.join()
    house.engine.dispose()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield found
        found.close()


def log_in(page: Page, site: Site, username: str) -> None:
    page.goto(f"{site.url}/login")
    page.fill("#username", username)
    page.fill("#password", PASSWORD)
    page.click("main button")
    page.wait_for_url(f"{site.url}/")
