"""A hand in the browser: where it points, and a finger on a screen."""

from playwright.sync_api import Locator, Page, expect


def at_rest(page: Page) -> None:
    """Wait until what htmx asked for has come in, and answers to a key or a click: it binds that a moment after it is seen.

    A form that is touched before then is sent as if there were no JavaScript, and the page comes anew.
    """
    busy = page.locator(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added")
    expect(busy).to_have_count(0)


def middle(target: Locator, dx: float = 0.5, dy: float = 0.5) -> tuple[float, float]:
    """Where it is, once it is there in two looks: a newer board may be taking its place between them."""
    before = None
    for _ in range(200):
        box = target.bounding_box()
        if box and box == before:
            return box["x"] + box["width"] * dx, box["y"] + box["height"] * dy
        before = box
    raise AssertionError("it does not hold still")


class Finger:
    """Real touches, as the screen of a tablet sends them."""

    def __init__(self, page: Page) -> None:
        self.page, self.cdp = page, page.context.new_cdp_session(page)
        self.at = (0.0, 0.0)

    def _send(self, soort: str, *points: tuple[float, float]) -> None:
        self.cdp.send(
            "Input.dispatchTouchEvent", {"type": soort, "touchPoints": [{"x": x, "y": y} for x, y in points]}
        )

    def press(self, van: tuple[float, float], *, hold: bool = False) -> None:
        """Put the finger down; with *hold* until it has picked up what lies under it."""
        self.at = van
        self._send("touchStart", van)
        if hold:
            expect(self.page.locator(".sleep-geest")).to_be_visible()

    def move(self, naar: tuple[float, float]) -> None:
        (x, y), (to_x, to_y) = self.at, naar
        for n in range(1, 11):
            self._send("touchMove", (x + (to_x - x) * n / 10, y + (to_y - y) * n / 10))
            self.page.wait_for_timeout(16)
        self.at = naar

    def lift(self) -> None:
        self._send("touchEnd")

    def drag(self, van: tuple[float, float], naar: tuple[float, float], *, hold: bool = False) -> None:
        self.press(van, hold=hold)
        self.move(naar)
        self.lift()
