"""A store into which invented mails are filed as the pipeline does, and an outbox that can be read."""

from dataclasses import replace
from email import message_from_bytes, policy

from daemon.filing import file_batch
from daemon.places import FetchedMessage, Place
from daemon.reading import Read
from daemon.refunding import note_refunds
from daemon.sending import DeliveryState, Ending


class FilingOffice:
    """Files entries, each as a mail of its own in the mailbox."""

    def __init__(self, desk):
        self.desk, self.uid = desk, 0

    def file(self, *entries, now, account="eu"):
        """Store and file in one batch, as read at `now`."""
        store, raws = self.desk.store, {}
        for entry in entries:
            self.uid += 1
            raws[self.uid] = entry
            place = Place(account=account, mailbox="INBOX", uidvalidity=7, uid=self.uid)
            raw = b"mail %d" % self.uid
            store.keep_raw([FetchedMessage(place=place, internal_date=now, flags=(), raw=raw)], now)
        taken = store.take(len(entries))
        verdicts = {
            stored.place_id: Read(
                place_id=stored.place_id,
                mail=replace(raws[stored.place.uid], read_at=now),
                semantic_key=raws[stored.place.uid].key,
                is_automatic=False,
            )
            for stored in taken
        }
        with store.write() as tx:
            file_batch(tx, taken, verdicts, self.desk, now)
            note_refunds(tx, taken, verdicts, self.desk.terms, now)

    def letters(self, now):
        """What the outbox holds, as (recipient, message), and now counts as sent."""
        found = self.claimed(now)
        for each, _ in found:
            self.desk.store.finish(each, Ending(state=DeliveryState.SENT, reply="", due=None), now)
        return [(each.recipient, message) for each, message in found]

    def claimed(self, now):
        """What the outbox holds, claimed and not ended, as (delivery, message)."""
        claimed = self.desk.store.claim_deliveries("test", now, 5000)
        return [(each, message_from_bytes(each.data, policy=policy.default)) for each in claimed]
