"""A hand on the keyboard: it finds its way by Tab, as whoever has no mouse does."""

from playwright.sync_api import Locator, Page, expect

_MOST_STEPS = 250


class Hand:
    """Presses the keys of a page, and nothing else."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, words: str) -> None:
        """Type into what has the focus."""
        self.page.keyboard.type(words)

    def paste(self, words: str) -> None:
        """Paste what was copied elsewhere."""
        self.page.evaluate("words => navigator.clipboard.writeText(words)", words)
        self.press("ControlOrMeta+V")

    def copied(self) -> str:
        """What the last copying took along."""
        return str(self.page.evaluate("navigator.clipboard.readText()"))

    def go_to(self, target: str, *, backwards: bool = False) -> Locator:
        """Press Tab until the focus is on the first thing like that; fails where Tab does not lead there."""
        locator = self.page.locator(target).first
        locator.wait_for()
        for _ in range(_MOST_STEPS):
            if locator.evaluate("part => part === document.activeElement"):
                return locator
            self.press("Shift+Tab" if backwards else "Tab")
        raise AssertionError(f"{target} is not reached by Tab on {self.page.url}")

    def follow(self, target: str, *, backwards: bool = False) -> None:
        """Go to a link or button and press it."""
        self.go_to(target, backwards=backwards)
        self.press("Enter")

    def follow_to(self, target: str, address: str) -> None:
        """Follow a link that leads to another page."""
        self.follow(target)
        self.page.wait_for_url(address)
        self.page.wait_for_load_state()

    def act(self, *keys: str) -> str:
        """Press keys that decide something, and wait for the page that says so; its words."""
        self.page.evaluate("document.getElementById('messages').replaceChildren()")
        self.press(*keys)
        message = self.page.locator("#messages .message")
        expect(message).to_be_visible()
        self.page.wait_for_load_state()
        return message.inner_text()
