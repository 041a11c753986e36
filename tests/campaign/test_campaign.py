"""Nothing lost, nothing twice: mail arrives while the service is killed and the network breaks.

30 faults by default; CLAIMCLOCK_CAMPAIGN=long takes 300 faults and 3,000 mails, =100,1000 so many, and
CLAIMCLOCK_CAMPAIGN_SEED another course of events. The figures are printed: pytest -s tests/campaign
"""

import os

import pytest
from campaign.harness import Campaign
from servers.dovecot import Dovecot, require_dovecot

SIZE = os.environ.get("CLAIMCLOCK_CAMPAIGN", "30,150").replace("long", "300,3000")
FAULTS, MAILS = map(int, SIZE.split(","))
SEED = int(os.environ.get("CLAIMCLOCK_CAMPAIGN_SEED", "1"))

pytestmark = [pytest.mark.server, pytest.mark.timeout(300 + 15 * FAULTS)]


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
