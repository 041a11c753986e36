"""A pytest plugin: with CLAIMCLOCK_NO_SKIPS set, a skipped test fails, so that CI cannot pass by lacking a server.

Tests of the labelled mails beside the checkout stay skippable: their reason names that folder, `shared/`.
"""

import os
from collections.abc import Generator

import pytest

FORBIDDEN = bool(os.environ.get("CLAIMCLOCK_NO_SKIPS"))
EXEMPT = "shared/"


def _fail_if_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if FORBIDDEN and report.skipped and not hasattr(report, "wasxfail") and EXEMPT not in reason:
        report.outcome = "failed"
        report.longrepr = f"skipped, and CLAIMCLOCK_NO_SKIPS forbids it: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _fail_if_skipped(report)
    return report
