"""Writes the notices of changed ULNs: each morning, or later where the gateway was down, one for each organisation."""

import logging
from collections.abc import Iterator
from datetime import date
from io import TextIOWrapper

from gateway.core import csv_text
from gateway.core.covering import covered
from gateway.core.days import midnight, uk_day
from gateway.core.handover import Part
from gateway.core.ports.gateway import Gateway
from gateway.core.ports.register import ChangeNotices
from gateway.core.uln_changes import NOTICE_COLUMNS, NoticeLine, notice_name, notice_row

log = logging.getLogger("gateway.notices")


def write_notices(day: date, notices: ChangeNotices, gateway: Gateway) -> list[str]:
    """Tell organisations of all changes before a day that they were not told yet; a day is written once."""

    def write(organisation: str, lines: Iterator[NoticeLine]) -> Part:
        space = gateway.new_id(gateway.clock())
        with gateway.files.owned(organisation).create(space) as draft:
            text = TextIOWrapper(draft.handle, encoding="utf-8", newline="")
            csv_text.writer(text, NOTICE_COLUMNS).writerows(map(notice_row, lines))
            text.detach()
        return covered(Part(name=notice_name(day), blob=draft.blob, size=draft.size), organisation, space, gateway)

    return notices.publish(day, midnight(day), write)


def tend(notices: ChangeNotices, gateway: Gateway) -> None:
    """Write today's notices unless they are written, and prepare those to come; a worker calls this every minute."""
    notices.gather()
    day = uk_day(gateway.clock())
    organisations = write_notices(day, notices, gateway)
    if organisations:
        log.info("change notices", extra={"count": len(organisations)})
