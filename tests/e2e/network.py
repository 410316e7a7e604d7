"""What stands between a page and the server, until it steps aside."""

from collections.abc import Callable
from contextlib import suppress
from weakref import WeakKeyDictionary

from playwright.sync_api import Error, Page, Route

_CLOSED: WeakKeyDictionary[Page, list[str]] = WeakKeyDictionary()


def intercept(page: Page, pattern: str, answer: Callable[[Route], object]) -> None:
    """Let *answer* deal with every request of *page* for *pattern*, until ``let_through``. The last one comes first.

    Not ``unroute``: a request that is just under way then is never answered, and a page may wait long for it.
    """
    if page not in _CLOSED:
        _CLOSED[page] = []
        if page.url.startswith("http"):
            _wait_until_we_stand_between(page)
    closed = _CLOSED[page]
    closed.append(pattern)

    def handle(route: Route) -> None:
        if pattern in closed:
            answer(route)
        else:
            with suppress(Error):  # the page went away meanwhile
                route.continue_()

    page.route(pattern, handle)


def held_up(page: Page, routes: list[Route]) -> Route:
    """The first of *routes*, once there is one: ``intercept(page, pattern, routes.append)``."""
    for _ in range(300):
        if routes:
            return routes[0]
        page.wait_for_timeout(50)
    raise AssertionError("nothing was asked")


def let_through(page: Page, pattern: str = "") -> None:
    """From now on every request of *page* reaches the server, or every one for *pattern*."""
    _CLOSED[page][:] = [one for one in _CLOSED[page] if pattern not in ("", one)]


def _wait_until_we_stand_between(page: Page) -> None:
    """A page that is open is told a moment after Playwright was: its first request may slip past."""
    page.route("**/onderschept", lambda route: route.fulfill(body="ja"))
    page.evaluate("""async () => {
      for (let n = 0; n < 5000; n += 1) if (await (await fetch('/onderschept')).text() === 'ja') return;
      throw new Error('nobody stands between');
    }""")
