"""Processes that read mail, when the service that started them is killed."""

import os
import select
import signal
import subprocess
import sys

SERVICE = """
import os, signal
from daemon.workers import Workers
workers = Workers(eval, count=1, preload="daemon.workers")
print(*workers.submit(["__import__('os').getpid()"])(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def has_ended(pid: int, within: float) -> bool:
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([process], [], [], within)[0])
    finally:
        os.close(process)


def test_no_process_outlives_a_service_that_was_killed():
    service = subprocess.run([sys.executable, "-c", SERVICE], capture_output=True)
    assert service.returncode == -signal.SIGKILL
    assert has_ended(int(service.stdout), within=60)
