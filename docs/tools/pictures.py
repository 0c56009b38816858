"""Take the pictures of the pages: `python -m docs.tools.pictures [folder]`.

A demonstration house is started in a folder of its own, looked at with Chromium and thrown away.
`CHROMIUM` names the browser where it is not at its usual place.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import socket
from tempfile import TemporaryDirectory
from typing import Final
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from streams.processes.opening import open_store
from streams.settings import Settings

FOLDER: Final = Path(__file__).resolve().parent.parent / "images"
BYTES_MAX: Final = 200_000
ARGUMENTS: Final = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_WAIT_SECONDS_MAX: Final = 120
_TOWN: Final = "341902110"  # 石鼓镇
_CALL: Final = ("石鼓镇驾校收费后不安排培训", "交了学费三个月，一直不安排上车，要求退费也不理。")


@dataclass(frozen=True, slots=True)
class Demonstration:
    """示范: a running house, its address and where its data lie."""

    url: str
    data: Path

    def password(self, username: str) -> str:
        """Give the password that the first start made."""
        lines = (self.data / "passwords.txt").read_text(encoding="utf-8").splitlines()
        return dict(line.split("\t") for line in lines)[username]

    def usernames(self) -> list[str]:
        """Name the accounts that the first start opened."""
        lines = (self.data / "passwords.txt").read_text(encoding="utf-8").splitlines()
        return [line.split("\t")[0] for line in lines]

    def query_code(self, number: str) -> str:
        """Give the code by which a citizen follows a ticket."""
        store = open_store(Settings(data=self.data))
        try:
            return store.accounts.query_code(number)
        finally:
            store.engine.dispose()


@contextmanager
def demonstration() -> Iterator[Demonstration]:
    """Start a house with the demonstration city, and stop it afterwards."""
    with socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "cli.main", "up", "--data", folder, "--port", str(port)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - our own
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(f"{url}/readyz")
            yield Demonstration(url, Path(folder))
        finally:
            process.terminate()
            process.wait()


def _wait_for(url: str) -> None:
    for _ in range(_WAIT_SECONDS_MAX):
        try:
            with urlopen(url) as answer:  # noqa: S310 - our own address
                if answer.status == 200:  # noqa: PLR2004
                    return
        except URLError:
            time.sleep(1)
    raise SystemExit("the demonstration house did not start")


class Photographer:
    """摄影: takes pictures of one house, in a folder."""

    def __init__(self, house: Demonstration, browser: Browser, folder: Path) -> None:
        self._house, self._browser, self._folder = house, browser, folder

    def lists(self, language: str) -> None:
        """Take the desk, the list and the figures, as a leader of a shift sees them."""
        page = self._logged_in("shift-lead", language)
        for name, path in (
            ("home", "/"),
            ("tickets", "/tickets?type=complaint"),
            ("kpis", "/kpis"),
        ):
            page.goto(self._house.url + path)
            self._shoot(page, f"{name}.{language}")

    def ticket(self, language: str) -> None:
        """Take a ticket in handling, with the answer to "why this deadline"."""
        page = self._logged_in("shift-lead", language)
        page.goto(f"{self._house.url}/tickets?type=complaint&stage=InHandling")
        page.click("table.tickets tbody a >> nth=0")
        page.click("section[aria-labelledby=clocks] details:nth-of-type(2) summary")
        self._shoot(page, f"ticket.{language}")

    def new_ticket(self, language: str) -> None:
        """Take the operator's form while a call is being written down."""
        page = self._logged_in("operator", language)
        page.goto(f"{self._house.url}/tickets/new")
        page.select_option("[name=region]", _TOWN)
        page.fill("[name=title]", _CALL[0])
        page.fill("main [name=text]", _CALL[1])
        page.wait_for_selector("#proposal .reasons")
        self._shoot(page, f"new-ticket.{language}")

    def tracking(self, language: str) -> None:
        """Take what a citizen sees of a closed ticket."""
        officer = self._logged_in("shift-lead", language)
        officer.goto(f"{self._house.url}/tickets?type=complaint&open=false")
        number = officer.locator("table.tickets tbody .number").first.inner_text().split()[0]
        page = self._page(language)
        page.goto(f"{self._house.url}/citizen/track?lang={language}")
        page.fill("#number", number)
        page.fill("#code", self._house.query_code(number))
        with page.expect_navigation():
            page.click("main form button")
        self._shoot(page, f"tracking.{language}")

    def _logged_in(self, username: str, language: str) -> Page:
        page = self._page(language)
        page.goto(f"{self._house.url}/login?lang={language}")
        page.fill("#username", username)
        page.fill("#password", self._house.password(username))
        page.click("main button")
        page.wait_for_url(f"{self._house.url}/")
        return page

    def _page(self, language: str) -> Page:
        size: ViewportSize = {"width": 1200, "height": 720}
        locale = {"zh": "zh-CN", "en": "en-GB"}[language]
        return self._browser.new_context(viewport=size, locale=locale).new_page()

    def _shoot(self, page: Page, name: str) -> None:
        target = self._folder / f"{name}.png"
        page.screenshot(path=target)
        if target.stat().st_size > BYTES_MAX:
            raise SystemExit(f"{target.name} is larger than {BYTES_MAX} bytes")


def main(folder: Path = FOLDER) -> None:
    """Take every picture in both languages."""
    folder.mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")  # noqa: TID251 - a tool has no settings
    with demonstration() as house, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        photographer = Photographer(house, browser, folder)
        photographer.lists("zh")
        photographer.new_ticket("zh")
        for language in ("zh", "en"):
            photographer.ticket(language)
            photographer.tracking(language)
        browser.close()


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
