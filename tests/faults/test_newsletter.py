"""A newsletter is paused and resumed while its workers are killed: nobody gets it twice, nobody is left out."""

import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from actions.sending.mail import GROUP
from benchmarks.stack import ROOT
from tests.faults.house import PATIENCE, RECOVERY, House, wait_until

PEOPLE = 3000
#: the scheduler dies while it prepares …
PREPARING = {"newsletter.taken": "", "newsletter.planned": "2", "newsletter.committed": "2"}
#: … and while it lets go; mail workers die before and after the provider accepted
SENDING = {
    "newsletter.released": "2",
    "mail.leased": "2",
    "mail.marked": "3 group",
    "mail.accepted": "15",
    "mail.sent": "3",
    "mail.committed": "5 group",
}
MAIL_KILLS = 5


Office = Callable[[str, int], str]


@pytest.fixture
def office(declic: House) -> Iterator[Office]:
    """Give somebody in the back-office who does what is asked at once."""
    program = [sys.executable, "-m", "tests.faults.newsletter"]
    process = subprocess.Popen(
        program, cwd=ROOT, env=declic.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None

    def ask(verb: str, number: int) -> str:
        assert process.stdin is not None
        assert process.stdout is not None
        print(verb, number, file=process.stdin, flush=True)
        return process.stdout.readline().strip()

    yield ask
    process.stdin.close()
    assert process.wait(30) == 0
    process.stdout.close()


def test_a_newsletter_is_paused_and_resumed_under_kill_9(declic: House, office: Office) -> None:
    deaths = declic.deaths()
    done = [declic.order(point, *words.split()) for point, words in PREPARING.items()]
    pk = int(office("make", PEOPLE))
    wait_until(lambda: all(path.exists() for path in done) and accepted(declic, pk) > 0)

    orders = list(SENDING.items())
    for part in (orders[:2], orders[2:4], orders[4:]):
        done = [declic.order(point, *words.split()) for point, words in part]
        wait_until(lambda done=done: all(path.exists() for path in done), why=declic.left)  # type: ignore[misc]
        office("pause", pk)
        wait_until(lambda: under_way(declic, pk) == 0, seconds=RECOVERY * PATIENCE, why=declic.left)
        stood = accepted(declic, pk)
        time.sleep(1)
        assert accepted(declic, pk) == stood < PEOPLE
        office("resume", pk)
    wait_until(lambda: status(declic, pk) == "sent", why=declic.left)

    wait_until(lambda: declic.deaths() - deaths == len(PREPARING) + len(SENDING))
    judge(declic, pk)
    assert declic.reconcile() == []


def judge(declic: House, pk: int) -> None:
    """Read the deliveries and the sink's log past all code of ours."""
    sql = "SELECT uid, profile_id, recipient, status FROM actions_delivery WHERE newsletter_id = ?"
    deliveries = {uuid.UUID(str(row[0])): row[1:] for row in declic.rows(sql, pk)}
    news = "SELECT id FROM crm_consentdefinition WHERE name = 'NewsEmail'"
    sql = f"SELECT count(*) FROM crm_consent WHERE status = 'accepted' AND definition_id = ({news})"
    [(wanted,)] = declic.rows(sql)
    assert len(deliveries) == len({profile for profile, _to, _status in deliveries.values()}) == wanted >= PEOPLE - 50
    mails = Counter(uid for uid in ids(declic) if uid in deliveries)
    assert not [uid for uid, times in mails.items() if times > 1]
    recipients = Counter(deliveries[uid][1] for uid in mails)
    assert not [to for to, times in recipients.items() if times > 1]
    by_status = Counter(status for _profile, _to, status in deliveries.values())
    unknown = {uid for uid, row in deliveries.items() if row[2] == "unknown"}
    assert mails.keys() - unknown == {uid for uid, row in deliveries.items() if row[2] == "sent"}
    assert len(unknown) <= MAIL_KILLS * GROUP
    assert len(mails) + len(unknown - mails.keys()) + by_status["failed"] + by_status["skipped"] == wanted
    print(f"newsletter: {dict(by_status)}, {len(mails)} accepted of {wanted}")


def ids(declic: House) -> list[uuid.UUID]:
    return [uuid.UUID(entry["message_id"].strip("<>").partition("@")[0]) for entry in declic.accepted()]


def accepted(declic: House, pk: int) -> int:
    mine = {
        uuid.UUID(str(row[0])) for row in declic.rows("SELECT uid FROM actions_delivery WHERE newsletter_id = ?", pk)
    }
    return sum(uid in mine for uid in ids(declic))


def under_way(declic: House, pk: int) -> int:
    sql = "SELECT count(*) FROM actions_delivery WHERE newsletter_id = ? AND status IN ('planned', 'leased', 'sending')"
    return int(declic.rows(sql, pk)[0][0])


def status(declic: House, pk: int) -> str:
    return str(declic.rows("SELECT status FROM crm_newsletter WHERE id = ?", pk)[0][0])
