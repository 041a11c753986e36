from datetime import UTC, datetime, timedelta

from classifiers.message import read_message
from daemon.demo.mails import demo_mails

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def test_every_mail_is_dated_back_from_now():
    for mail in demo_mails(NOW):
        message = read_message(mail.raw)
        assert message.sent_at == mail.arrived_at
        assert timedelta(0) < NOW - message.sent_at < timedelta(days=30)


def test_two_mailboxes_hold_the_same_notice_once_each():
    mails = {mail.name: mail for mail in demo_mails(NOW)}
    first, copy = mails["01-claim-opened-it"], mails["14-copy-of-01-in-another-mailbox"]
    assert first.raw == copy.raw
    assert first.mailbox != copy.mailbox


def test_the_mails_look_like_amazons_with_a_hidden_preheader_and_one_html_part():
    message = read_message(next(mail.raw for mail in demo_mails(NOW) if mail.name.startswith("01")))
    assert "dalla A alla Z" in message.text
    assert "Abbiamo ricevuto una richiesta" in message.hidden
    assert message.header("x-marketplace-id") == "APJ6JRA9NG5V4"
