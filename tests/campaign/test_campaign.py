"""Nothing lost, nothing twice: mail arrives while the service is killed and the network breaks.

30 faults by default; CLAIMCLOCK_CAMPAIGN=long takes 300 faults and 3,000 mails (about 15 minutes a database), and
CLAIMCLOCK_CAMPAIGN_SEED another course of events. The figures are printed: pytest -s tests/campaign
"""

import os

import pytest
from campaign.harness import Campaign
from servers.dovecot import Dovecot, require_dovecot

LONG = os.environ.get("CLAIMCLOCK_CAMPAIGN") == "long"
SEED = int(os.environ.get("CLAIMCLOCK_CAMPAIGN_SEED", "1"))
MAILS, FAULTS = (3_000, 300) if LONG else (150, 30)

pytestmark = [pytest.mark.server, pytest.mark.timeout(7200 if LONG else 400)]


@pytest.mark.parametrize(("database", "daemons"), [("sqlite", 1), ("postgresql", 2)])
def test_nothing_is_lost_and_nothing_filed_twice_whatever_breaks(request, certificate, tmp_path, database, daemons):
    url = None if database == "sqlite" else request.getfixturevalue("postgres").database()
    require_dovecot()
    pytest.importorskip("aiosmtpd", reason="aiosmtpd is not installed (extra: demo)")
    dovecot = Dovecot(certificate)
    try:
        campaign = Campaign(dovecot, tmp_path, mails=MAILS, faults=FAULTS, seed=SEED, database=url, daemons=daemons)
        outcome = campaign.run()
    finally:
        dovecot.close()
    print(f"\n{database}, {daemons} service(s): {outcome.told()}")
    assert outcome.lost == []
    assert (outcome.missing, outcome.quarantined) == (0, 0)
    assert outcome.doubled_cases == 0
    assert (outcome.unsent, outcome.doubled_alerts) == (0, 0)
