"""E-mail (.eml): subject as title, date, the plain part or else the HTML part."""

from __future__ import annotations

from email import policy
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from tallyroom.errors import InputError
from tallyroom.language import language_of
from tallyroom.model import Report, make_report
from tallyroom.readers.decode import decode
from tallyroom.readers.published import is_published

if TYPE_CHECKING:
    from tallyroom.readers.routing import Origin


def read_mail(data: bytes, origin: Origin) -> Report:
    """The report that a message holds; attachments are not read."""
    try:
        message = BytesParser(policy=policy.default).parsebytes(data)
        part = message.get_body(("plain", "html"))
        payload = part.get_payload(decode=True) if part is not None else None
        subject = str(message.get("Subject") or "") or None
        charset, kind = (part.get_content_charset(), part.get_content_type()) if part is not None else (None, "")
    except Exception as fault:  # the parser of the standard library raises many kinds on broken headers
        raise InputError(origin.name, f"is an e-mail that cannot be read ({type(fault).__name__})") from fault
    decoded = decode(payload, header_charset=charset) if isinstance(payload, bytes) else None
    if decoded is None:
        raise InputError(origin.name, "is an e-mail without a text")
    text = decoded.text
    if kind == "text/html":
        from tallyroom.readers.html import main_text

        text = main_text(text)
    return make_report(
        text, input=origin.name, title=subject, published=_sent(message.get("Date")) or origin.published,
        problems=decoded.problems if kind != "text/html" else (), language=language_of(text),
    )  # fmt: skip


def _sent(date: object) -> str | None:
    try:
        sent = parsedate_to_datetime(str(date)).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return sent if is_published(sent) else None
