"""Where somebody sits: a browser in which they are signed in, and what they do at /floor/, /monitor/ and /me/ with hands and keys."""

from __future__ import annotations

import contextlib
import re
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Locator, Page, expect

from dashboard.access.cookies import cookie_name
from tests.media.listening import MICROPHONE_HZ, WITHOUT_TREATMENT
from tests.pipeline.site import until
from tests.stepping_in.office import PATIENCE_S, Office, Talk

MS = int(PATIENCE_S * 1000)
AWAY = re.compile("WebSocket|ERR_CONNECTION|Failed to load resource")
"""What a browser says of a server that was killed."""


class Seat:
    """`page`: what is open there. `faults`: what went wrong in the page itself. `agent`: who one is on the switch."""

    def __init__(self, browser: Browser, office: Office, cookie: str, agent: str = "") -> None:
        self.office = office
        self.agent = agent
        self.context: BrowserContext = browser.new_context(locale="en", viewport={"width": 1366, "height": 768})
        name = cookie_name("session", is_secure=False)
        self.context.add_cookies([{"name": name, "value": cookie, "url": office.address}])
        self.context.add_init_script(WITHOUT_TREATMENT)
        self.faults: list[str] = []
        self.page = self._tab()

    def _tab(self) -> Page:
        page = self.context.new_page()
        page.on("pageerror", self._fault)
        page.on("console", self._said)
        return page

    def _fault(self, error: Error) -> None:
        self.faults.append(str(error))

    def _said(self, said: ConsoleMessage) -> None:
        if said.type == "error" and not AWAY.search(said.text):
            self.faults.append(said.text)

    def goes_to(self, path: str) -> None:
        """Opens a page, live."""
        self.page.goto(f"{self.office.address}{path}?lang=en")
        self.page.wait_for_selector('.screen[data-drawn="yes"]', timeout=MS)
        self.is_live()

    def is_live(self) -> None:
        """The page shows what is so now."""
        expect(self.page.locator(".age_lamp.is-live")).to_be_attached(timeout=MS)

    def leaves(self) -> None:
        """Closes the page, as one closes a tab."""
        self.page.close()

    def comes_back(self, path: str) -> None:
        """In a new tab."""
        self.page = self._tab()
        self.goes_to(path)

    def sees(self, selector: str, text: str | re.Pattern[str]) -> None:
        expect(self.page.locator(selector).filter(has_text=text).first).to_be_visible(timeout=MS)

    def sees_no(self, selector: str) -> None:
        expect(self.page.locator(selector).filter(visible=True)).to_have_count(0, timeout=MS)

    # -- one's own session

    @property
    def session(self) -> Locator:
        return self.page.locator(".own_session")

    def is_in(self, state: str) -> None:
        """One's own session is in this state, as the page says it."""
        expect(self.session.locator(".state")).to_contain_text(state, timeout=MS)

    def is_out(self) -> None:
        """In no call, and on the way to none."""
        expect(self.session.locator(".open_session")).to_be_hidden(timeout=MS)

    def changes_to(self, mode: str) -> None:
        self.session.locator(f".mode-{mode}:not([aria-disabled=true])").first.click(timeout=MS)

    def changed(self, mode: str) -> bool:
        """Tries; whether it is in that mode a moment later."""
        button = self.session.locator(f".mode-{mode}").first
        if button.get_attribute("aria-pressed") != "true":
            button.click()
            self.page.wait_for_timeout(300)
        return button.get_attribute("aria-pressed") == "true"

    def stops(self) -> None:
        self.session.locator("[data-part=stop]:not([aria-disabled=true])").click(timeout=MS)

    def hangs_up(self) -> None:
        """The call; once is not enough."""
        button = self.session.locator("[data-part=hang_up]:not([aria-disabled=true])")
        button.dblclick(timeout=MS)
        expect(button).to_have_class(re.compile("is-sure"))
        self.page.wait_for_timeout(550)  # until then it counts as the second press of a double click
        button.click()

    def hears_sound(self) -> None:
        """The call comes out of this browser."""
        until(lambda: self.page.evaluate("floorwatch.sound.levels().in") > 0.2, PATIENCE_S, "the page plays the call")

    def speaks(self, *parties: str) -> None:
        """Holds the button until all of these hear it."""
        button = self.session.locator("[data-part=talk]:not([aria-disabled=true])")
        button.focus(timeout=MS)
        self.page.keyboard.down(" ")
        until(
            lambda: all(any(abs(one - MICROPHONE_HZ) <= 10 for one in self.office.hears(party)) for party in parties),
            PATIENCE_S,
            f"{parties} hear the microphone",
        )
        self.page.keyboard.up(" ")

    # -- stepping in

    def steps_in(self, talk: Talk, mode: str, purpose: str = "helps") -> None:
        """From /monitor/, with the mouse."""
        self.page.locator(".picker input").fill(self.staff(talk.agent))
        self._presses(self.page.locator(".person:visible").first, self.page.locator("#menu-purpose"))
        self.page.locator("#menu-purpose").fill(purpose)
        self.page.locator(f".row_menu .verb-{mode}[aria-disabled=false]").click(timeout=MS)

    def _presses(self, person: Locator, field: Locator) -> None:
        """Opens somebody's menu. Where a colleague's session comes into the list at that moment, the person moves from under the mouse, and
        one presses again."""
        person.click()
        with contextlib.suppress(AssertionError):
            expect(field).to_be_visible(timeout=10_000)
            return
        person.click()

    def steps_in_by_keyboard(self, talk: Talk, mode: str, purpose: str) -> None:
        """From a row of /floor/: no mouse at all."""
        self.page.keyboard.press("/")
        self.page.keyboard.type(self.staff(talk.agent))
        cell = self.page.locator(f'.ag-center-cols-container .ag-row[row-id="{talk.agent}"] .ag-cell[col-id="state"]')
        expect(cell).to_be_visible(timeout=MS)
        cell.focus()
        self.page.keyboard.press("Enter")
        verb = self.page.locator(f".row_menu .verb-{mode}[aria-disabled=false]")
        expect(verb).to_be_focused(timeout=MS)
        self.page.keyboard.press("Enter")
        expect(self.page.locator("#menu-purpose")).to_be_focused()
        self.page.keyboard.type(purpose)
        self.page.keyboard.press("Enter")
        expect(verb).to_be_focused()
        self.page.keyboard.press("Enter")

    def staff(self, agent: str) -> str:
        """What one types to find an agent."""
        return str(self.page.evaluate("id => floorwatch.floor.lists.get('agents').rows.get(id).staff", agent))

    # -- selections

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    def selects_everybody(self) -> None:
        """By the box above the list, which is drawn anew when the list is: a click on the one before is pressed again."""
        box = self.page.get_by_role("checkbox", name="Select all agents shown")
        for _ in range(5):
            if not box.is_checked(timeout=MS):
                box.click(timeout=MS)
            with contextlib.suppress(AssertionError):
                expect(box).to_be_checked(timeout=2000)
                return
        expect(box).to_be_checked(timeout=MS)

    def asks_of_caller(self, queue: str, verb: str) -> None:
        """From the row of whoever waits longest in a queue."""
        row = self.waiting(queue).first
        row.locator(".controls").click(timeout=MS)
        self.page.locator(f".row_menu .verb-{verb}[aria-disabled=false]").click(timeout=MS)

    def waiting(self, queue: str) -> Locator:
        """The rows of those who wait in a queue, as the page has them."""
        name = self.get("id => floorwatch.screen.queue_name(id)", queue)
        return self.page.locator(".waiting_callers .row:visible").filter(has_text=name)

    def does_it(self, well: int) -> None:
        """Presses the dialog's button; so many lines come to a good end; then it is closed."""
        self.dialog.locator(".act:not([aria-disabled=true])").click(timeout=MS)
        try:
            expect(self.dialog.locator("li.is-well")).to_have_count(well, timeout=MS)
        except AssertionError:
            raise AssertionError(self.dialog.inner_text()) from None
        self.dialog.locator(".act").click()
        expect(self.dialog).to_have_count(0)

    def get(self, script: str, *values: Any) -> Any:
        return self.page.evaluate(script, *values)
