"""The people of the load test: tablets, the team's boards, and what became of each note."""

import asyncio
import json
import random
import time
import uuid
from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

import load_stage
from load_wire import Answer, Broken, Http, Listener

BOARDS = 3
REAL_JOINS = 10
"""Devices that join by the door that people use; the rest is put in the database."""
SETTLE = 5.0
"""Seconds that screens get to hear the last note."""
clock = time.perf_counter


def percentile(values: Iterable[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


class Device:
    """A tablet: its own connection, cookie and CSRF token."""

    def __init__(self, port: int, tafel: int, secret: str) -> None:
        self.http, self.tafel, self.cookies = Http(port), tafel, f"tafel={secret}"
        self.host, self.head, self.seq = f"localhost:{port}", b"", 0
        self.uuid = str(uuid.uuid4())
        self.own: set[str] = set()
        self.na, self.fetches, self.fetching = "", 0, False
        self.asking: set[asyncio.Task[None]] = set()

    def _request(self, method: str, path: str, body: bytes = b"", kind: str = "", **headers: str) -> bytes:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}", f"Cookie: {self.cookies}"]
        if method == "POST":
            lines += [f"Origin: http://{self.host}", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + body

    async def get(self, path: str) -> Answer:
        return await self.http.request(self._request("GET", path))

    async def join(self, token: str) -> None:
        """By the door that people use: the page of the QR, then its form."""
        csrf = (await self.get("/t/")).cookie("csrftoken")
        self.cookies = f"csrftoken={csrf}"
        form = urlencode({"token": token, "csrfmiddlewaretoken": csrf}).encode()
        kind = "application/x-www-form-urlencoded"
        answer = await self.http.request(self._request("POST", "/t/deelnemen/", form, kind))
        if not (secret := answer.cookie("tafel")):
            raise Broken(f"Joining was refused: {answer.status}")
        self.cookies = f"tafel={secret}"

    async def hallo(self) -> None:
        answer = await self.get("/sync/hallo")
        if answer.status != 200:
            raise Broken(f"hallo: {answer.status} {answer.body[:200]!r}")
        self.cookies += f"; csrftoken={answer.cookie('csrftoken')}"
        head = self._request(
            "POST", "/sync/ops", b"", "application/json", X_CSRFToken=json.loads(answer.body)["csrf"]
        )
        self.head = head.replace(b"Content-Length: 0\r\n", b"").removesuffix(b"\r\n")

    def heard(self, note_id: str) -> None:
        """A nudge: as the page of a table does (static/js/tablet/verzender.js), ask for what is not its own."""
        if note_id not in self.own and not self.fetching:
            self.fetching = True
            task = asyncio.create_task(self.fetch())
            self.asking.add(task)
            task.add_done_callback(self.asking.discard)

    async def fetch(self) -> None:
        """The notes of this table since the last time; a page asks again later when nobody answers."""
        self.fetching = False  # what is heard from now on is not in this answer
        with suppress(Broken, OSError, TimeoutError):
            answer = await self.get(f"/sync/notities?{urlencode({'na': self.na})}")
            if answer.status == 200:
                self.na, self.fetches = json.loads(answer.body)["na"], self.fetches + 1

    async def note(self, note_id: str, stelling: int, ronde: int) -> str:
        """Hand over one note; the verdict, or what went wrong."""
        self.seq += 1
        self.own.add(note_id)
        words = f"Wat er aan tafel {self.tafel} gezegd werd over de stad van straks, met de woorden {note_id}"
        op = {
            "op_id": str(uuid.uuid4()),
            "note_id": note_id,
            "tafel": self.tafel,
            "kind": "create",
            "base_rev": 0,
            "stelling": stelling,
            "ronde": ronde,
            "device_id": self.uuid,
            "seq": self.seq,
            "client_ts": "2026-11-25T19:42:00+01:00",
            "body": {"tekst": words, "soort": "inzicht", "letterlijk": False, "trefwoorden": ["stad"]},
        }
        body = json.dumps({"protocol": 1, "ops": [op]}).encode()
        data = self.head + f"Content-Length: {len(body)}\r\n\r\n".encode() + body
        answer = await self.http.request(data)
        if answer.status != 200:
            return f"status {answer.status}"
        return str(json.loads(answer.body)["verdicts"][0]["verdict"])


class Floor:
    """The same note to the server of ``load_floor.py``."""

    def __init__(self, port: int) -> None:
        self.http = Http(port)
        self.head = f"POST / HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: application/json\r\n"

    async def note(self, note_id: str, stelling: int, ronde: int) -> str:
        body = json.dumps({"note_id": note_id, "stelling": stelling, "ronde": ronde, "tekst": "x" * 500})
        answer = await self.http.request(f"{self.head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
        return "stored" if answer.status == 200 else f"status {answer.status}"


class Batch:
    """Notes that were sent together, and what became of them."""

    def __init__(self) -> None:
        self.due: dict[str, float] = {}
        self.answered: dict[str, float] = {}
        self.wrong: list[str] = []

    def latencies(self) -> list[float]:
        return [at - self.due[note] for note, at in self.answered.items()]


class Room:
    """Everybody: devices, their sockets, the boards."""

    def __init__(self, server: load_stage.Server) -> None:
        self.server, self.data, self.port = server, server.data, server.port
        self.devices: list[Device | Floor] = []
        self.colleagues: list[Device] = []
        """The second tablet of some tables: it writes nothing, and asks for what the first one wrote."""
        self.listeners: list[Listener] = []
        self.boards: list[dict[str, float]] = [{} for _ in range(BOARDS if server.data else 0)]
        self.starts: dict[int | None, list[float]] = {}
        self.at_table: dict[str, float] = {}
        self.doubled = 0
        self.acknowledged: set[str] = set()
        self.wrong: list[str] = []

    # --- coming in
    async def enter(self) -> None:
        data = self.data
        if not data:
            self.devices = [Floor(self.port) for _ in range(100)]
            return
        self.devices = [
            Device(self.port, tafel, secrets[0])
            for tafel, secrets in zip(data["tafels"], data["secrets"], strict=True)
        ]
        for device, token in list(zip(self.devices, data["tokens"], strict=True))[:REAL_JOINS]:
            await device.join(token)
        for device in self.devices:
            await device.hallo()
            await self._listen("/ws/tafel/", device.cookies, self._at_table(device))
        self.colleagues = [
            Device(self.port, tafel, secrets[1])
            for tafel, secrets in zip(data["tafels"], data["secrets"], strict=True)
            if len(secrets) > 1
        ]
        for device in self.colleagues:
            await device.hallo()
            await self._listen("/ws/tafel/", device.cookies, self._at_colleague(device))
        for board in self.boards:
            await self._listen(
                f"/ws/diner/{data['diner']}/", f"sessionid={data['session']}", self._at_board(board)
            )

    async def _listen(self, path: str, cookies: str, heard: Any) -> None:
        listener = Listener(heard)
        self.listeners.append(listener)
        await listener.connect(self.port, path, cookies)

    def _at_table(self, device: Device) -> Any:
        def heard(text: bytes) -> None:
            now, message = clock(), json.loads(text)
            if message["type"] == "ronde-changed":
                self.starts.setdefault(message["ronde"], []).append(now)
            elif message["type"] == "bijdrage-added":
                self.at_table[message["bijdrage"]] = now
                device.heard(message["bijdrage"])

        return heard

    def _at_colleague(self, device: Device) -> Any:
        def heard(text: bytes) -> None:
            message = json.loads(text)
            if message["type"] == "bijdrage-added":
                device.heard(message["bijdrage"])

        return heard

    def _at_board(self, board: dict[str, float]) -> Any:
        def heard(text: bytes) -> None:
            now, message = clock(), json.loads(text)
            if message["type"] == "bijdrage-added":
                self.doubled += message["bijdrage"] in board
                board[message["bijdrage"]] = now

        return heard

    def leave(self) -> None:
        for connection in (*self.listeners, *(device.http for device in [*self.devices, *self.colleagues])):
            connection.close()

    # --- notes
    async def _note(self, batch: Batch, device: Device | Floor, due: float) -> None:
        note_id = str(uuid.uuid4())
        batch.due[note_id] = due
        places = (self.data["stellingen"][0], self.data["rondes"][0]) if self.data else (1, 1)
        try:
            verdict = await device.note(note_id, *places)
        except (Broken, OSError, TimeoutError) as error:
            verdict = type(error).__name__
        if verdict in {"stored", "duplicate"}:  # the second after a connection that closed under it
            batch.answered[note_id] = clock()
            self.acknowledged.add(note_id)
        else:
            batch.wrong.append(verdict)
            self.wrong.append(verdict)

    async def steady(self, rate: float, seconds: float) -> Batch:
        """Notes at *rate* a second, evenly over the tables, each at its own time; returns when all were answered."""
        batch, tasks = Batch(), []
        order = list(self.devices)
        random.shuffle(order)
        began = clock() + 0.02
        for number in range(int(rate * seconds)):
            due = began + number / rate
            if (early := due - clock()) > 0:
                await asyncio.sleep(early)
            tasks.append(asyncio.create_task(self._note(batch, order[number % len(order)], due)))
        await asyncio.gather(*tasks)
        await self.settle(batch)
        return batch

    async def burst(self, number: int) -> Batch:
        """*number* notes in one moment, spread over the tables."""
        batch, due = Batch(), clock()
        devices = [self.devices[n % len(self.devices)] for n in range(number)]
        await asyncio.gather(*(self._note(batch, device, due) for device in devices))
        await self.settle(batch)
        return batch

    async def settle(self, batch: Batch) -> None:
        deadline = clock() + SETTLE
        while clock() < deadline and any(not board.keys() >= batch.answered.keys() for board in self.boards):
            await asyncio.sleep(0.02)

    def unseen(self, notes: Iterable[str]) -> int:
        return sum(note not in board for board in self.boards for note in notes)

    def to_screens(self, batch: Batch) -> list[float]:
        return [board[n] - due for n, due in batch.due.items() for board in self.boards if n in board]

    # --- a start of a ronde
    async def start(self, number: int) -> list[float]:
        """Press start; seconds from the press until each table knew."""
        organiser = Device(self.port, 0, "")
        path = f"/reeksen/{self.data['slug']}/diners/{self.data['nummer']}"
        organiser.cookies = f"sessionid={self.data['session']}"
        csrf = (await organiser.get(f"{path}/regie/")).cookie("csrftoken")
        organiser.cookies += f"; csrftoken={csrf}"
        ronde = self.data["rondes"][number]
        form, kind = b"version=0", "application/x-www-form-urlencoded"
        target = f"{path}/rondes/{ronde}/start/"
        request = organiser._request("POST", target, form, kind, X_CSRFToken=csrf)
        heard = self.starts.setdefault(ronde, [])
        began = clock()
        answer = await organiser.http.request(request)
        if answer.status not in {200, 302}:
            raise Broken(f"start: {answer.status}")
        while clock() < began + SETTLE and len(heard) < len(self.devices):
            await asyncio.sleep(0.01)
        organiser.http.close()
        return [at - began for at in heard]
