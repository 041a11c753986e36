"""The proof that nothing is missing, with a real server and the real command."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from mail.claims import chatter, claim
from servers.installation import Installation

from config.vocabulary import Disposition
from daemon.storage.store import Store

NOW = datetime.now(UTC)
NOBODY = 9  # the discard port: nothing is sent in these tests


@pytest.fixture
def installation(dovecot, tmp_path):
    return Installation(tmp_path, imap_port=dovecot.port, smtp_port=NOBODY)


def compared(installation, *arguments):
    answer = installation.command("reconcile", "--json", *arguments)
    return answer.returncode, [json.loads(line) for line in answer.stdout.splitlines()]


def pass_over(installation, dovecot, upto):
    """As if a search had left the UIDs up to `upto` out of its answer once."""
    client = dovecot.client()
    client.select("INBOX", readonly=True)
    uidvalidity = int(client.response("UIDVALIDITY")[1][0])
    client.logout()
    with Store.open(installation.database, lock=True) as store:
        state = store.note_mailbox("uk", "INBOX", uidvalidity=uidvalidity, uidnext=upto + 1, exists=upto, now=NOW)
        store.note_scanned(state, upto)


def test_a_mailbox_that_was_read_is_proved_to_be_complete(installation, dovecot):
    dovecot.deliver([claim(1, NOW), chatter(1, NOW), claim(2, NOW)])
    status, [row] = compared(installation)
    assert status == 0
    assert (row["server"], row["ledger"], row["missing"], row["left"], row["vanished"]) == (3, 3, [], 0, 0)


def test_messages_that_were_passed_over_are_found_fetched_and_filed(installation, dovecot):
    dovecot.deliver([claim(1, NOW), claim(2, NOW), claim(3, NOW)])
    pass_over(installation, dovecot, 2)
    status, [row] = compared(installation)
    assert (status, row["missing"], row["fetched"], row["left"]) == (0, [1, 2], 2, 0)
    with Store.open(installation.database, lock=True) as store:
        assert store.disposition_counts() == {Disposition.FILED: 3}
    status, [row] = compared(installation)
    assert (status, row["server"], row["ledger"], row["missing"]) == (0, 3, 3, [])


def test_beside_the_running_service_it_counts_and_fetches_nothing(installation, dovecot):
    dovecot.deliver([claim(1, NOW), claim(2, NOW)])
    pass_over(installation, dovecot, 2)
    with Store.open(installation.database, lock=True):
        status, [row] = compared(installation)
    assert (status, row["missing"], row["fetched"], row["left"]) == (1, [1, 2], 0, 2)


def test_mail_that_people_deleted_is_counted_as_vanished_and_kept(installation, dovecot):
    dovecot.deliver([claim(1, NOW), claim(2, NOW)])
    compared(installation)
    client = dovecot.client()
    client.select("INBOX")
    client.store("1", "+FLAGS", "\\Deleted")
    client.expunge()
    client.logout()
    status, [row] = compared(installation)
    assert (status, row["server"], row["ledger"], row["vanished"], row["left"]) == (0, 1, 1, 1, 0)
    with Store.open(installation.database, lock=True) as store:
        assert len(store.cases(True, NOW)) == 2


def test_a_service_compares_by_itself_in_the_course_of_its_polls(installation, dovecot):
    dovecot.deliver([claim(1, NOW), claim(2, NOW)])
    pass_over(installation, dovecot, 2)
    answer = installation.command("poll")
    assert b"2 new messages" in answer.stdout, answer
    with Store.open(installation.database, lock=True) as store:
        (state,) = store.mailbox_states()
        assert len(store.cases(True, NOW)) == 2
    assert state.compared_all_at is not None
    assert datetime.now(UTC) - state.compared_all_at < timedelta(minutes=5)


def test_an_unknown_account_is_told_with_those_that_there_are(installation):
    answer = installation.command("reconcile", "--account", "de")
    assert answer.returncode == 1
    assert "settings name uk" in answer.stderr.decode()


def test_a_server_that_does_not_answer_is_one_sentence_and_a_failure(tmp_path):
    answer = Installation(tmp_path, imap_port=1, smtp_port=NOBODY).command("reconcile")
    assert answer.returncode == 1
    assert "the connection is refused" in answer.stdout.decode()
    assert "nothing is missing" not in answer.stdout.decode()
