"""Many claims at once: one letter with a table, and every case filed and clocked all the same.

CLAIMCLOCK_STORM_CLAIMS sets how many (36 by default).
"""

import os
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from importlib.resources import files
from pathlib import Path

from mail.claims import claim

from config.loading import load_settings
from daemon.desk import desk_of, rules_of
from daemon.jury import Jury
from daemon.pipeline import ingest
from daemon.sources import Source
from daemon.storage.store import Store
from daemon.telling import tell

CLAIMS = int(os.environ.get("CLAIMCLOCK_STORM_CLAIMS", "36"))
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_a_storm_of_claims_is_one_letter_and_every_case_has_its_clock(tmp_path):
    settings = load_settings(Path(str(files("config"))) / "data/settings.example.toml")
    url = f"sqlite:///{tmp_path}/claimclock.db"
    with Store.open(url, lock=True) as store, Jury(rules_of(settings), workers=0) as jury:
        desk = desk_of(settings, store, jury)
        sources = [Source(name=f"{number}.eml", raw=claim(number, NOW)) for number in range(CLAIMS)]
        assert desk.storm_cases < CLAIMS
        ingest(sources, "eu", desk, NOW)
        for minutes in (5, 15, 65):
            tell(desk, NOW + minutes * MINUTE)
        cases = store.cases(False, NOW)
        sent = [each for each in store.claim_deliveries("me", NOW, 999) if each.recipient == "ana@seller.example"]
    assert len(cases) == CLAIMS
    assert all(case.clock is not None for case in cases)
    (storm,) = sent
    mail = message_from_bytes(storm.data, policy=policy.default)
    assert f"{CLAIMS} new cases" in mail["Subject"]
    text = mail.get_body(("plain",)).get_content()
    assert all(case.number in text for case in cases)
