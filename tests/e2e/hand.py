"""A hand in the browser: where it points, and a finger on a screen."""

from playwright.sync_api import Locator, Page


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

    def press(self, van: tuple[float, float], *, hold: int = 0) -> None:
        self.at = van
        self._send("touchStart", van)
        self.page.wait_for_timeout(hold)

    def move(self, naar: tuple[float, float]) -> None:
        (x, y), (to_x, to_y) = self.at, naar
        for n in range(1, 11):
            self._send("touchMove", (x + (to_x - x) * n / 10, y + (to_y - y) * n / 10))
            self.page.wait_for_timeout(16)
        self.at = naar

    def lift(self) -> None:
        self._send("touchEnd")

    def drag(self, van: tuple[float, float], naar: tuple[float, float], *, hold: int = 0) -> None:
        self.press(van, hold=hold)
        self.move(naar)
        self.lift()
