"""One visitor in a real browser: plays parties, follows links, and has every page examined."""

from __future__ import annotations

import re
from typing import Any

from tests.journeys.browsing import WIDE, look
from tests.journeys.zone import Zone, until


class Visitor:
    """A browser window at a zone. `complaints`: what the browser said against a page."""

    def __init__(self, browser: Any, zone: Zone) -> None:
        self._zone = zone
        self._context = browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]}, locale="zh-CN")
        self._context.set_default_timeout(30_000)
        self.page = self._context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, said: Any) -> None:
        # that a page refuses (422) is an error to the browser only
        if said.type == "error" and "status of 422" not in said.text:
            self.complaints.append(said.text)

    def close(self) -> None:
        """Close the window."""
        self._context.close()

    def go(self, path: str) -> Any:
        """Open an address of the zone; answers the page."""
        answer = self.page.goto(self._zone.url + path)
        assert answer.status == 200, (path, answer.status)
        return self.page

    def play(self, key: str) -> None:
        """Become a party as one click on the page for it does (`click_to_play`); no page is open afterwards."""
        self.page.goto("about:blank")  # nothing of the former party's page is still asked for
        ask = self._context.request
        token = re.search(
            r'name="csrfmiddlewaretoken" value="(\w+)"', ask.get(f"{self._zone.url}/accounts/parties/").text()
        )
        assert token is not None
        where = f"{self._zone.url}/accounts/parties/{key}/"
        answer = ask.post(where, form={"csrfmiddlewaretoken": token[1]}, max_redirects=0)
        assert answer.status == 302, (key, answer.status)

    def click_to_play(self, key: str) -> None:
        """Become a party by one click on the page for it; the home page is open afterwards."""
        self.go("/accounts/parties/")
        self.page.locator(f"form[action='/accounts/parties/{key}/'] button").click()
        self.page.wait_for_url(self._zone.url + "/")

    def text(self) -> str:
        """What stands on the page."""
        told: str = self.page.locator("body").inner_text()
        return told

    def until_says(self, path: str, words: str) -> None:
        """Open the page again until it says these words."""
        until(lambda: words in self.go(path).content(), f"{words} on {path}")

    def drop(self, path: str, name: str, raw: bytes, kind: str = "text/xml") -> Any:
        """Hand a file in at the form that a page sends to itself."""
        page = self.go(path)
        form = page.locator(f"form.dropzone[action='{path}']")
        form.locator("input[type=file]").set_input_files({"name": name, "mimeType": kind, "buffer": raw})
        form.locator("button").click()
        return page

    def look(self, name: str, *, rules: bool = True) -> None:
        """Nothing sticks out of the page narrow or wide, axe finds no fault, and the browser has no complaint (`browsing.look`)."""
        look(self.page, name, rules=rules)
        assert self.complaints == [], (name, self.complaints)
