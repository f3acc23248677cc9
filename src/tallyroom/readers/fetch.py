"""One HTTP GET: resolved once, connected to that address, few redirects, bounded in time and size."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

from tallyroom.errors import InputError
from tallyroom.readers.limits import MAX_FETCH_BYTES, megabytes

_MAX_REDIRECTS = 5
_SECONDS = 30.0


class PrivateAddress(InputError):
    """An address that leads into a network of one's own, which nobody permitted."""

    def __init__(self, url: str) -> None:
        super().__init__(url, "leads to a private or local address; --allow-private permits it")


@dataclass(frozen=True, slots=True)
class Page:
    """What a server answered, from which final address."""

    url: str
    body: bytes
    charset: str | None
    retrieved_at: str


def fetch(url: str, *, allow_private: bool = False, seconds: float = _SECONDS) -> Page:
    """The page at an address; InputError for private addresses, errors, too many redirects, slow or large answers."""
    deadline, here = time.monotonic() + seconds, url
    for _ in range(_MAX_REDIRECTS + 1):
        try:
            answer = _get(here, allow_private, deadline)
        except (OSError, http.client.HTTPException, ValueError) as fault:
            raise InputError(url, f"could not be fetched: {fault}") from fault
        if isinstance(answer, Page):
            return answer
        here = urljoin(here, answer)
    raise InputError(url, f"more than {_MAX_REDIRECTS} redirects")


def _get(url: str, allow_private: bool, deadline: float) -> Page | str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError(url, "is no http or https address")
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    address = _address(url, parts.hostname, port, allow_private)
    connection = http.client.HTTPConnection(parts.hostname, port, timeout=_left(deadline))
    raw = socket.create_connection((address, port), timeout=_left(deadline))
    try:
        connection.sock = (
            ssl.create_default_context().wrap_socket(raw, server_hostname=parts.hostname) if secure else raw
        )
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {"User-Agent": "tallyroom", "Accept-Encoding": "identity"}
        connection.request("GET", target.replace(" ", "%20"), headers=headers)
        response = connection.getresponse()
        location = response.headers.get("Location")
        if response.status in (301, 302, 303, 307, 308) and location:
            return location
        if response.status != 200:
            raise InputError(url, f"the server answered {response.status} {response.reason}")
        body = _body(url, response, raw if not secure else connection.sock, deadline)
        moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return Page(url, body, response.headers.get_content_charset(), moment)
    finally:
        connection.close()
        raw.close()


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("took too long")
    return left


def _body(url: str, response: http.client.HTTPResponse, sock: socket.socket, deadline: float) -> bytes:
    body = bytearray()
    while chunk := response.read1(65536):
        body += chunk
        if len(body) > MAX_FETCH_BYTES:
            raise InputError(url, f"limit: larger than {megabytes(MAX_FETCH_BYTES)}")
        left = _left(deadline)
        if sock.fileno() >= 0:
            sock.settimeout(left)
    return bytes(body)


def _address(url: str, host: str, port: int, allow_private: bool) -> str:
    found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not allow_private and not all(map(_is_public, found)):
        raise PrivateAddress(url)
    return found[0]


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return _is_public(str(inner))
    return address.is_global and not address.is_multicast
