"""The program as a process of its own, without any settings of the person who runs the tests."""

import os
import subprocess
import sys
from pathlib import Path


def claimclock(*arguments: str | Path, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command to its end; `environment` is added to a clean one."""
    program = [sys.executable, "-c", "from daemon.cli import main; main()", *map(str, arguments)]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("CLAIMCLOCK_", "XDG_"))}
    return subprocess.run(program, input=stdin, capture_output=True, env={**clean, **environment}, timeout=100)
