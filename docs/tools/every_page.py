"""Take a picture of every page: `python -m docs.tools.every_page FOLDER`.

Each account of the demonstration follows the links of the pages that it may open. The first page
found for each route is taken in both languages, in light, in the dark and on a telephone. Routes
that no link led to are named at the end, so that no page is forgotten.
"""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from fastapi.routing import APIRoute
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from api.pages import routers
from docs.tools.pictures import ARGUMENTS, Demonstration, demonstration

LANGUAGES: Final = {"zh": "zh-CN", "en": "en-GB"}
WIDTHS: Final = {"wide": 1440, "telephone": 320}
_HEIGHT: Final = 900
_LINKS_MAX: Final = 400
_NO_PAGES: Final = re.compile(
    r"/live|export|/evidence/|\.(csv|xlsx|docx|pdf|zip|png|svg)\b|/logout"
)
_CITIZENS_DOORS: Final = ("/citizen", "/citizen/track", "/login")


def templates() -> dict[str, re.Pattern[str]]:
    """Give every page's route with the pattern of its addresses."""
    found = {}
    for router in routers():
        for route in router.routes:
            if isinstance(route, APIRoute) and "GET" in (route.methods or ()):
                path = route.path
                if not _NO_PAGES.search(path):
                    found[path] = route.path_regex
    return found


class Walker:
    """漫步: follows links as one account, and takes what nobody has taken before."""

    def __init__(self, house: Demonstration, browser: Browser, folder: Path) -> None:
        self._house, self._browser, self._folder = house, browser, folder
        self._missing: Final = templates()

    @property
    def missing(self) -> list[str]:
        """Name the routes that nobody has reached yet."""
        return sorted(self._missing)

    def walk(self, username: str) -> None:
        """Go wherever links lead, one page for each route; the rest looks the same."""
        pages = {language: self._page(username, language) for language in LANGUAGES}
        first = pages["zh"]
        waiting, known = ["/", *_CITIZENS_DOORS], set[str]()
        while waiting and len(known) < _LINKS_MAX and self._missing:
            path = waiting.pop(0)
            route = self._route_of(path)
            if path in known or route is None:
                continue
            known.add(path)
            answer = first.goto(self._house.url + path)
            if answer is None or answer.status != 200 or _is_no_page(answer.headers):  # noqa: PLR2004
                continue
            waiting += self._links(first)
            if self._missing.pop(route, None):
                self._shoot(pages, path, _name_of(route))
        for page in pages.values():
            page.context.close()

    def _route_of(self, path: str) -> str | None:
        """Find the route that is still missing, or a short page that may lead to one."""
        plain = path.partition("?")[0]
        for route, pattern in self._missing.items():
            if pattern.match(plain):
                return route
        return plain if plain.count("/") == 1 else None

    def _links(self, page: Page) -> Iterator[str]:
        found = page.eval_on_selector_all("a[href]", "all => all.map(one => one.href)")
        for link in found:
            parts = urlsplit(link)
            if link.startswith(self._house.url) and not _NO_PAGES.search(link):
                yield parts.path + (f"?{parts.query}" if parts.query else "")

    def _shoot(self, pages: dict[str, Page], path: str, name: str) -> None:
        for language, page in pages.items():
            chosen = f"{'&' if '?' in path else '?'}lang={language}"
            page.goto(self._house.url + path + chosen)
            for width, pixels in WIDTHS.items():
                page.set_viewport_size({"width": pixels, "height": _HEIGHT})
                page.screenshot(
                    path=self._folder / f"{name}.{language}.{width}.png", full_page=True
                )
            page.set_viewport_size({"width": WIDTHS["wide"], "height": _HEIGHT})
        dark = pages["zh"]
        dark.emulate_media(color_scheme="dark")
        dark.screenshot(path=self._folder / f"{name}.zh.dark.png", full_page=True)
        dark.emulate_media(color_scheme="light")
        print(f"{path} → {name}")  # noqa: T201 - progress

    def _page(self, username: str, language: str) -> Page:
        size: ViewportSize = {"width": WIDTHS["wide"], "height": _HEIGHT}
        context = self._browser.new_context(viewport=size, locale=LANGUAGES[language])
        page = context.new_page()
        page.goto(f"{self._house.url}/login?lang={language}")
        page.fill("#username", username)
        page.fill("#password", self._house.password(username))
        page.click("main button")
        page.wait_for_url(f"{self._house.url}/")
        return page


def _is_no_page(headers: dict[str, str]) -> bool:
    return not headers.get("content-type", "").startswith("text/html")


def _name_of(route: str) -> str:
    return re.sub(r"\W+", "-", route).strip("-") or "home"


def main(folder: Path) -> None:
    """Walk as every account; leave with an error where a page was not reached."""
    folder.mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")  # noqa: TID251 - a tool has no settings
    with demonstration() as house, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        walker = Walker(house, browser, folder)
        for username in house.usernames():
            walker.walk(username)
        browser.close()
    if walker.missing:
        raise SystemExit("no link leads to: " + ", ".join(walker.missing))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
