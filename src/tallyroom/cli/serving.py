"""`tallyroom serve`: the page on a ledger."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from tallyroom.errors import UsageError

PASSWORD = "TALLYROOM_PASSWORD"  # noqa: S105, the name of a variable
CONFIDENTIAL_PASSWORD = "TALLYROOM_CONFIDENTIAL_PASSWORD"  # noqa: S105, the name of a variable
SHORTEST_PASSWORD = 12
BACKLOG = 128


@click.command("serve", short_help="the page on a ledger")
@click.option("--ledger", default="tallyroom.db", show_default=True, help="A ledger: a file or a postgresql:// URL.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8137, show_default=True, help="0 takes a free one.")
@click.option("--name", "names", multiple=True, metavar="HOST", help="A name by which browsers reach it; repeat.")
@click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=f"Its first line is the password (or ${PASSWORD}); needed for any --host but loopback.",
)
@click.option(
    "--confidential-password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=f"The password of those who also see what is confidential (or ${CONFIDENTIAL_PASSWORD}).",
)
@click.option("--confidential", is_flag=True, help="Show confidential reports and sources to everybody who comes in.")
@click.option("--allow-fetch", is_flag=True, help="Let the page fetch addresses of the web (never private ones).")
@click.option("--seconds", type=click.FloatRange(1, 3600), default=120, show_default=True, help="For one extraction.")
def serve_command(
    ledger: str, host: str, port: int, names: tuple[str, ...], password_file: Path | None,
    confidential_password_file: Path | None, confidential: bool, allow_fetch: bool, seconds: float,
) -> None:  # fmt: skip
    """Open the page on a ledger; a file that is not there is begun. Stop it with Ctrl-C.

    On another address than loopback everybody in the network can reach it: a password is needed then, and it travels
    unencrypted unless a proxy in front speaks HTTPS.
    """
    from tallyroom.cli.opening import open_ledger
    from tallyroom.web.settings import LOOPBACK

    password = _hashed(_secret(password_file, PASSWORD))
    confidential_password = _hashed(_secret(confidential_password_file, CONFIDENTIAL_PASSWORD))
    outside = host not in LOOPBACK
    if confidential_password and not password:
        raise UsageError("--confidential-password-file goes with --password-file: without it the page is open to all")
    if outside and password is None:
        raise UsageError(f"--host {host} opens the page to the network: give --password-file FILE, or set ${PASSWORD}")
    if outside:
        click.echo(
            "warning: others can reach this page, and the password travels as it is unless a proxy speaks HTTPS",
            err=True,
        )
    with open_ledger(ledger, create=True):
        pass
    own = () if host in ("0.0.0.0", "::") else (host.lower(),)  # noqa: S104, compared only
    hosts = (*LOOPBACK, *own, *(name.lower() for name in names))
    _run(
        host, port, ledger=ledger, hosts=hosts, password=password, confidential_password=confidential_password,
        confidential=confidential, allow_fetch=allow_fetch, seconds=seconds,
    )  # fmt: skip


def _run(host: str, port: int, **options: object) -> None:
    import socket

    import uvicorn

    from tallyroom.web.app import create_app

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Only where the protocol is named are answers sent at once (TCP_NODELAY), not 40 ms late.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as fault:
        raise UsageError(f"{host}:{port} cannot be listened on ({fault.strerror}); give another --port") from None
    app = create_app(**options)  # type: ignore[arg-type]
    # From here on the system takes connections, so that whoever reads the address can use it.
    bound.listen(BACKLOG)
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"Tallyroom on http://{shown}:{bound.getsockname()[1]}/  (Ctrl-C stops it)", err=True)
    # A proxy on the same machine tells who asks, and whether by HTTPS; nobody else is believed.
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=5,
        proxy_headers=True, forwarded_allow_ips="127.0.0.1",
    )  # fmt: skip
    uvicorn.Server(config).run(sockets=[bound])
    sys.exit(0)


def _secret(file: Path | None, variable: str) -> str | None:
    """A password from a file or the environment, never from the command line, which others can list."""
    if file is not None:
        lines = file.read_text(encoding="utf-8").splitlines()
        given = lines[0] if lines else ""
    else:
        given = os.environ.get(variable, "")
        if not given:
            return None
    if len(given) < SHORTEST_PASSWORD:
        where = str(file) if file is not None else f"${variable}"
        raise UsageError(f"{where}: the password must have {SHORTEST_PASSWORD} characters or more")
    return given


def _hashed(password: str | None) -> str | None:
    if password is None:
        return None
    from argon2 import PasswordHasher

    return PasswordHasher().hash(password)
