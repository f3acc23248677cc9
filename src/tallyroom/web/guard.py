"""Who may ask what: hosts, origins, sizes, passwords, and the headers that keep a page to itself. Pure ASGI."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import quote, urlsplit

import anyio
import msgspec
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tallyroom.web.settings import Settings

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer": browsers then send "Origin: null" with this page's own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
SESSION = "tallyroom_session"
SAFE = ("GET", "HEAD", "OPTIONS")
#: Addresses that need no password.
OPEN = ("/login", "/static/")
SESSION_SECONDS = 12 * 3600
#: After some wrong passwords from an address its next try waits 1 s, 2 s, 4 s, ... up to this.
LONGEST_WAIT = 60.0
FREE_TRIES = 3
#: Many wrong ones from many addresses slow everybody down, but lock nobody out.
FREE_TRIES_OF_ALL = 30
LONGEST_WAIT_OF_ALL = 5.0
#: So long after the last try an address begins anew.
FORGET_SECONDS = 900.0


class Pass(msgspec.Struct, frozen=True):
    """What a request may see."""

    confidential: bool
    until: float = float("inf")


class Doorkeeper:
    """Checks passwords (argon2, attempts slowed) and remembers who is in; sessions end with the program."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._sessions: dict[str, Pass] = {}
        self._tries: dict[str, tuple[int, float]] = {}
        self._lock = threading.Lock()
        self._checking = threading.Lock()

    @property
    def is_open(self) -> bool:
        """Does the page ask for no password?"""
        return self.settings.password is None

    def attempt(self, address: str) -> float:
        """Begin a try: 0 where it may be made, which counts it, else the seconds to wait first."""
        with self._lock:
            now = time.monotonic()
            wait = max(0.0, *(self._tries.get(key, (0, 0.0))[1] - now for key in (address, "")))
            if wait <= 0:
                self._count_try(address, FREE_TRIES, LONGEST_WAIT)
                self._count_try("", FREE_TRIES_OF_ALL, LONGEST_WAIT_OF_ALL)
            return wait

    def check(self, password: str, address: str) -> Pass | None:
        """What a password opens, after `attempt`; None where it is wrong."""
        # argon2 takes much memory on purpose: one check at a time.
        with self._checking:
            found = self._opened_by(password)
        if found is not None:
            with self._lock:
                self._tries.pop(address, None)
        return found

    def _count_try(self, key: str, free: int, longest: float) -> None:
        now = time.monotonic()
        if len(self._tries) > 10_000:
            self._tries = {k: v for k, v in self._tries.items() if v[1] > now or k == ""}
        count, until = self._tries.get(key, (0, now))
        count = 1 if now - until > FORGET_SECONDS else count + 1
        wait = 0.0 if count < free else min(longest, 2.0 ** min(10, count - free))
        self._tries[key] = (count, now + wait)

    def _opened_by(self, password: str) -> Pass | None:
        from argon2 import PasswordHasher
        from argon2.exceptions import VerifyMismatchError

        hasher = PasswordHasher()
        for hashed, confidential in (
            (self.settings.confidential_password, True),
            (self.settings.password, self.settings.confidential),
        ):
            if hashed is not None:
                try:
                    hasher.verify(hashed, password)
                except VerifyMismatchError:
                    continue
                return Pass(confidential)
        return None

    def begin(self, found: Pass) -> str:
        """A new session; returns what the cookie holds."""
        key = secrets.token_urlsafe(32)
        now = time.monotonic()
        with self._lock:
            self._sessions = {k: v for k, v in self._sessions.items() if v.until > now}
            self._sessions[_digest(key)] = Pass(found.confidential, now + SESSION_SECONDS)
        return key

    def end(self, key: str) -> None:
        """Forget a session."""
        with self._lock:
            self._sessions.pop(_digest(key), None)

    def known(self, key: str) -> Pass | None:
        """What a session may see."""
        with self._lock:
            held = self._sessions.get(_digest(key))
        return held if held is not None and held.until > time.monotonic() else None


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


class Guard:
    """Stands before the application: refuses what is not meant for it, and adds the headers."""

    def __init__(self, app: ASGIApp, *, settings: Settings, doorkeeper: Doorkeeper) -> None:
        self.app = app
        self.settings = settings
        self.doorkeeper = doorkeeper

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refused = self._refusal(scope, headers)
        if refused is None:
            found = self._pass_of(headers)
            if found is None and not scope["path"].startswith(OPEN):
                refused = _ask_for_password(scope)
            else:
                scope.setdefault("state", {})["may"] = found or Pass(False)
        answer = _with_headers(send, scope)
        if refused is not None:
            await refused(scope, receive, answer)
            return
        await self.app(scope, _capped(receive, self.settings), answer)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        host = headers.get("host", "")
        if _name_of(host) not in self.settings.hosts:
            return PlainTextResponse("This page does not answer to that name.", status_code=400)
        if scope["method"] not in SAFE and not _is_own(headers, host):
            return PlainTextResponse("Changes from other sites are refused.", status_code=403)
        length = headers.get("content-length", "0")
        if length.isdigit() and int(length) > self.settings.upload_bytes:
            return _too_large(self.settings.upload_bytes)
        return None

    def _pass_of(self, headers: Headers) -> Pass | None:
        if self.doorkeeper.is_open:
            return Pass(self.settings.confidential)
        key = cookies_of(headers).get(SESSION)
        return self.doorkeeper.known(key) if key else None


def _too_large(limit: int) -> Response:
    return PlainTextResponse(_size_words(limit), status_code=413)


def _size_words(limit: int) -> str:
    return f"Larger than {limit / 1_000_000:.0f} MB; give a smaller piece."


def _ask_for_password(scope: Scope) -> Response:
    if scope["method"] in SAFE and not scope["path"].startswith("/api/"):
        return RedirectResponse("/login?to=" + quote(scope["path"], safe=""), status_code=303)
    return PlainTextResponse("A password is needed: log in at /login.", status_code=401)


def cookies_of(headers: Headers) -> Mapping[str, str]:
    """The cookies of a request; none where they cannot be read."""
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(headers.get("cookie", "")).items()}
    except CookieError:
        return {}


def _name_of(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower()


def _is_own(headers: Headers, host: str) -> bool:
    """Did this page itself send the request, or a program that is no browser?"""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is None or (origin != "null" and urlsplit(origin).netloc.lower() == host.lower())


def _capped(receive: Receive, settings: Settings) -> Receive:
    """What a request sends, refused where it is too much or takes too long."""
    taken = 0
    whole = False
    until: float | None = None

    async def counted() -> Message:
        nonlocal taken, until, whole
        if whole:
            # Whoever waits here now waits for the other side to leave.
            return await receive()
        until = until or anyio.current_time() + settings.upload_seconds
        try:
            with anyio.fail_after(max(0.0, until - anyio.current_time())):
                message = await receive()
        except TimeoutError:
            words = f"Sending it took longer than {settings.upload_seconds:.0f} s; give a smaller piece."
            raise HTTPException(408, words, {"Connection": "close"}) from None
        taken += len(message.get("body", b""))
        whole = not message.get("more_body", False)
        if taken > settings.upload_bytes:
            raise HTTPException(413, _size_words(settings.upload_bytes))
        return message

    return counted


def _with_headers(send: Send, scope: Scope) -> Send:
    async def answer(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers: Any = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            # Addresses of static files change with their content.
            is_static = scope["path"].startswith("/static/") and message["status"] == 200
            headers.setdefault("Cache-Control", "public, max-age=31536000, immutable" if is_static else "no-store")
        await send(message)

    return answer
