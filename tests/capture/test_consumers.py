"""Who hears what, through the real ASGI application: origin check, cookies, sessions and the channel layer included."""

import json
import uuid
from contextlib import asynccontextmanager
from urllib.parse import unquote

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async

from capture.services import Inhoud, add_bijdrage, delete_bijdrage, edit_bijdrage
from denkdiner.asgi import application
from sessions.models import Diner
from sessions.services import (
    ask_hulp,
    open_scherm,
    pause_ronde,
    revoke_toegang,
    scherm_token_of,
    send_bericht,
)
from tests.factories import NOW, DinerFactory, TafelFactory

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 10  # seconds: on a busy machine; nothing here waits for silence
TEKST = "Dit hoort alleen de tafel te lezen"


class Socket(ApplicationCommunicator):
    """A browser's websocket. (The one of ``channels.testing`` cannot be imported without daphne.)"""

    def __init__(self, path, client=None, origin="http://localhost:8000", cookies=""):
        own = [f"{name}={morsel.value}" for name, morsel in client.cookies.items()] if client else []
        cookie = "; ".join([cookies, *own] if cookies else own)
        headers = [(b"origin", origin.encode()), (b"cookie", cookie.encode())]
        scope = {"type": "websocket", "path": unquote(path), "query_string": b"", "subprotocols": []}
        super().__init__(application, scope | {"headers": headers})

    async def connect(self):
        """True when the server accepts."""
        await self.send_input({"type": "websocket.connect"})
        return (await self.receive_output(PATIENCE))["type"] == "websocket.accept"

    async def say(self, **frame):
        await self.send_input({"type": "websocket.receive", **frame})

    async def hear(self):
        """The next message, with the promise of every message: no word of what was said."""
        frame = await self.receive_output(PATIENCE)
        assert frame["type"] == "websocket.send"
        assert "alleen de tafel" not in frame["text"]
        return json.loads(frame["text"])

    async def close_code(self):
        """Why the server closed this socket."""
        frame = await self.receive_output(PATIENCE)
        assert frame["type"] == "websocket.close"
        return frame["code"]

    async def leave(self):
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(PATIENCE)


@asynccontextmanager
async def listening(*args, **kwargs):
    """A socket that was accepted: whatever is published from now on, it hears."""
    socket = Socket(*args, **kwargs)
    assert await socket.connect()
    yield socket
    await socket.leave()


async def refusal(*args, **kwargs):
    """The close code of a socket that may not listen; accepted first, or the browser would not see the code."""
    async with listening(*args, **kwargs) as socket:
        return await socket.close_code()


async def run(service, **kwargs):
    """Call a service as a view would: in a thread, on a connection of its own."""
    return await database_sync_to_async(service)(**kwargs)


async def log(tafel, tekst=TEKST):
    inhoud = Inhoud(tekst, trefwoorden=(TEKST,))
    ids = {"bijdrage_id": uuid.uuid4(), "op_id": uuid.uuid4()}
    return await run(add_bijdrage, tafel=tafel, inhoud=inhoud, now=NOW, **ids)


@pytest.fixture
def scherm(diner):
    """The address of the scherm's socket."""
    return f"/ws/scherm/{scherm_token_of(open_scherm(diner=diner))}/"


@pytest.fixture
def roos_client(roos, sign_in):
    return sign_in(roos)


# --- who hears -------------------------------------------------------------------------------------------------------
async def test_tablet_hears_a_note_of_its_own_table(femkes_tablet, tafels, stelling):
    async with listening("/ws/tafel/", femkes_tablet) as femke:
        note = await log(tafels[0])
        assert await femke.hear() == {
            "type": "bijdrage-added",
            "bijdrage": str(note.pk),
            "tafel": tafels[0].pk,
            "stelling": None,
            "rev": 1,
        }


async def test_tablet_hears_changes_of_its_notes(femkes_tablet, tafels, stelling):
    note = await log(tafels[0])
    async with listening("/ws/tafel/", femkes_tablet) as femke:
        edited = Inhoud(f"{TEKST}, beter gezegd", stelling=stelling)
        await run(edit_bijdrage, bijdrage=note, op_id=uuid.uuid4(), base_rev=1, inhoud=edited, now=NOW)
        heard = await femke.hear()
        assert (heard["type"], heard["rev"], heard["stelling"]) == ("bijdrage-changed", 2, stelling.pk)
        await run(delete_bijdrage, bijdrage=note, op_id=uuid.uuid4(), now=NOW)
        heard = await femke.hear()
        assert (heard["type"], heard["rev"]) == ("bijdrage-changed", 3)


async def test_note_reaches_its_own_table_and_the_team_and_nobody_else(
    femkes_tablet, brams_tablet, roos_client, vera, sign_in, scherm, tafels, ronde
):
    """Whoever must not hear the note hears the next event of the room first: that proves it without waiting."""
    vera_client = await database_sync_to_async(sign_in)(vera)
    board = f"/ws/diner/{ronde.diner_id}/"
    async with (
        listening("/ws/tafel/", femkes_tablet) as femke,
        listening("/ws/tafel/", brams_tablet) as bram,
        listening(board, roos_client) as roos,
        listening(board, vera_client) as vera_socket,
        listening(scherm) as projector,
    ):
        await log(tafels[0])
        await log(tafels[1])
        await run(pause_ronde, ronde=ronde, now=NOW)
        for own, expected in (
            (femke, [tafels[0].pk, "ronde"]),
            (bram, [tafels[1].pk, "ronde"]),
            (roos, [tafels[0].pk, tafels[1].pk, "ronde"]),
            (vera_socket, [tafels[0].pk, tafels[1].pk, "ronde"]),
            (projector, ["ronde"]),
        ):
            heard = [await own.hear() for _ in expected]
            seen = ["ronde" if one["type"] == "ronde-changed" else one["tafel"] for one in heard]
            assert seen == expected
            assert (heard[-1]["ronde"], heard[-1]["paused_remaining"]) == (ronde.pk, 20 * 60)


async def test_message_reaches_the_room_or_one_table_and_the_team(
    femkes_tablet, brams_tablet, roos_client, roos, tafels, ronde
):
    """Without its words: a tablet asks hallo again."""
    diner = tafels[0].diner
    async with (
        listening("/ws/tafel/", femkes_tablet) as femke,
        listening("/ws/tafel/", brams_tablet) as bram,
        listening(f"/ws/diner/{diner.pk}/", roos_client) as regie,
    ):
        message = {"diner": diner, "tekst": TEKST, "gebruiker": roos, "now": NOW}
        alleen = await run(send_bericht, **message, tafel=tafels[1])
        allen = await run(send_bericht, **message, tafel=None)
        await run(ask_hulp, tafel=tafels[0], now=NOW)
        for own, expected in (
            (femke, [allen.pk, "hulp"]),
            (bram, [alleen.pk, allen.pk]),
            (regie, [alleen.pk, allen.pk, "hulp"]),
        ):
            heard = [await own.hear() for _ in expected]
            assert [one.get("bericht", "hulp") for one in heard] == expected
        assert heard[-1] == {"type": "tafel-changed", "tafel": tafels[0].pk}


async def test_nothing_is_heard_of_another_diner(femkes_tablet, roos_client, scherm, tafels, ronde):
    elsewhere = await database_sync_to_async(TafelFactory)()
    async with (
        listening("/ws/tafel/", femkes_tablet) as femke,
        listening(f"/ws/diner/{ronde.diner_id}/", roos_client) as roos,
        listening(scherm) as projector,
    ):
        await log(elsewhere)
        await run(pause_ronde, ronde=ronde, now=NOW)
        for own in (femke, roos, projector):
            assert (await own.hear())["type"] == "ronde-changed"


async def test_what_is_refused_is_not_announced(femkes_tablet, tafels):
    async with listening("/ws/tafel/", femkes_tablet) as femke:
        note = await log(tafels[0])
        versie = await database_sync_to_async(note.versies.get)()
        again = {"bijdrage_id": note.pk, "op_id": versie.op_id, "inhoud": Inhoud(TEKST, trefwoorden=(TEKST,))}
        await run(add_bijdrage, tafel=tafels[0], now=NOW, **again)
        last = await log(tafels[0])
        assert [(await femke.hear())["bijdrage"] for _ in range(2)] == [str(note.pk), str(last.pk)]


async def test_ping_is_answered_and_other_chatter_is_not(femkes_tablet):
    async with listening("/ws/tafel/", femkes_tablet) as femke:
        await femke.say(text='{"type": "live.event", "payload": {}}')
        await femke.say(bytes=b"\x00\xff")
        await femke.say(text="ping")
        assert await femke.hear() == {"type": "pong"}


# --- who does not come in --------------------------------------------------------------------------------------------
async def test_board_closes_for_everyone_but_the_team(diner, kees, otto, femkes_tablet, sign_in):
    board = f"/ws/diner/{diner.pk}/"
    for client, code in (
        (await database_sync_to_async(sign_in)(kees), 4403),
        (await database_sync_to_async(sign_in)(otto), 4404),
        (femkes_tablet, 4401),
        (None, 4401),
    ):
        assert await refusal(board, client) == code
    roos_elsewhere = await database_sync_to_async(sign_in)(otto)
    assert await refusal(f"/ws/diner/{'9' * 30}/", roos_elsewhere) == 4404


async def test_board_of_another_reeks_does_not_exist_for_roos(roos_client):
    elsewhere = await database_sync_to_async(DinerFactory)()
    assert await refusal(f"/ws/diner/{elsewhere.pk}/", roos_client) == 4404


@pytest.mark.parametrize(
    "cookies", ["", "tafel=", "tafel=verzonnen", 'tafel="; DROP', "tafel=é", "sessionid=x"]
)
async def test_table_closes_without_a_joined_device(femke, cookies):
    assert await refusal("/ws/tafel/", cookies=cookies) == 4401


async def test_table_closes_for_an_account(femke, roos_client):
    assert await refusal("/ws/tafel/", roos_client) == 4401


async def test_tablet_is_known_among_cookies_of_others(femkes_tablet):
    """As HTTP sees them: a cookie that Python's own parser stumbles over must not hide ours."""
    others = 'voorkeur={"a": [1, 2]}; path=/; een gek ding'
    async with listening("/ws/tafel/", femkes_tablet, cookies=others) as femke:
        await femke.say(text="ping")
        assert await femke.hear() == {"type": "pong"}


async def test_scherm_with_a_wrong_token_does_not_exist(diner, femkes_tablet):
    assert not await Diner.objects.exclude(scherm_token_hash=None).aexists()
    for token in ("verzonnen", "None", "é", "x" * 500):
        assert await refusal(f"/ws/scherm/{token}/", femkes_tablet) == 4404


@pytest.mark.parametrize(
    "path", ["/", "/ws/", "/ws/tafel", "/ws/diner/x/", "/ws/diner/-1/", "/iets/anders/", "/a%0Ab"]
)
async def test_unknown_address_is_closed(femkes_tablet, path):
    assert await refusal(path, femkes_tablet) == 4404


@pytest.mark.parametrize("origin", ["http://elders.example", "null", "http://localhost.elders.example:8000"])
async def test_page_of_another_site_is_not_let_in(femkes_tablet, origin):
    assert not await Socket("/ws/tafel/", femkes_tablet, origin=origin).connect()


# --- leaving ---------------------------------------------------------------------------------------------------------
async def test_revoked_table_is_closed_at_once_and_stays_out(femkes_tablet, brams_tablet, tafels, ronde):
    async with listening("/ws/tafel/", brams_tablet) as bram:
        async with listening("/ws/tafel/", femkes_tablet) as femke:
            await run(revoke_toegang, tafel=tafels[0], now=NOW)
            assert await femke.close_code() == 4401
        assert await refusal("/ws/tafel/", femkes_tablet) == 4401
        await run(pause_ronde, ronde=ronde, now=NOW)
        assert (await bram.hear())["type"] == "ronde-changed"
