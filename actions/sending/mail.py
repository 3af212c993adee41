"""Send e-mail: lease, render, then group by group mark, send and record."""

import logging

from django.db import InterfaceError, OperationalError

from actions import bells
from actions.channels.email import ChannelDown, MailTransport, mail_transport
from actions.channels.mime import Mail
from actions.channels.results import Away, Result, Unknown
from actions.models import Delivery
from actions.rendering.process import RendererBroken
from actions.sending.leases import Lease
from actions.sending.letters import write_letters
from actions.sending.poison import after_error
from actions.sending.turns import Attempt, take_turn
from crm import faults
from crm.redis_server import Breaker

logger = logging.getLogger(__name__)

#: how many messages are marked as being sent at once: so many may become unknown when the process is killed
GROUP = 20
#: how long the server is left alone after it could not be reached, longer each time
breaker = Breaker(seconds=5, longest=60)


def deliver_mail(limit: int) -> int:
    """Send at most `limit` mails that are due; returns how many rows were taken."""
    if breaker.is_open() or bells.stopping.is_set():
        return 0
    with Lease() as lease:
        rows = lease.take("mail", limit)
        faults.point("mail.leased", (row.pk for row in rows))
        if rows:
            try:
                _send_all(lease, rows)
            except (OperationalError, InterfaceError, RendererBroken):
                raise  # no message is to blame: all are given back
            except Exception as error:
                after_error(lease, rows, error)
    return len(rows)


def _send_all(lease: Lease, rows: list[Delivery]) -> None:
    transport = mail_transport()
    try:
        transport.open()
    except ChannelDown as error:
        breaker.trip()
        take_turn(lease, [Attempt.of(row, Away(str(error))) for row in rows], ())
        return
    letters = list(zip(rows, write_letters(rows), strict=True))
    faults.point("mail.rendered", (row.pk for row in rows))
    mails = {row.pk: letter for row, letter in letters if isinstance(letter, Mail)}
    done = [Attempt.of(row, letter) for row, letter in letters if not isinstance(letter, Mail)]
    ready = [row for row in rows if row.pk in mails]
    is_away = False
    for group in _groups(ready):
        if is_away or bells.stopping.is_set():
            break
        free = take_turn(lease, done, group)
        faults.point("mail.marked", (row.pk for row in free))
        done = [Attempt.of(row, result) for row, result in zip(free, _sent(transport, free, mails), strict=True)]
        is_away = any(isinstance(attempt.result, Away) for attempt in done)
        faults.point("mail.sent", (row.pk for row in free))
    take_turn(lease, done, ())
    if is_away:
        breaker.trip()
    else:
        breaker.close()
    if is_away or bells.stopping.is_set():
        lease.give_back()


def _sent(transport: MailTransport, rows: list[Delivery], mails: dict[int, Mail]) -> list[Result]:
    """Send; a bug in the transport leaves the whole group unknown, since nobody can say where it broke."""
    try:
        return transport.send_many([mails[row.pk] for row in rows])
    except Exception as error:
        logger.exception("A way for mail raised")
        transport.close()
        return [Unknown(f"{type(error).__name__}: {error}") for _ in rows]


def _groups(rows: list[Delivery]) -> list[list[Delivery]]:
    return [rows[start : start + GROUP] for start in range(0, len(rows), GROUP)]
