"""A self-signed certificate for localhost, made once a run by openssl."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Certificate:
    certificate: Path
    key: Path


def make_certificate(directory: Path, name: str, alternatives: str = "DNS:localhost,IP:127.0.0.1") -> Certificate:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    made = Certificate(directory / f"{name}.pem", directory / f"{name}.key")
    subject = f"-subj /CN=localhost -addext subjectAltName={alternatives}"
    command = f"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 {subject}"
    subprocess.run(
        [*command.split(), "-keyout", str(made.key), "-out", str(made.certificate)], check=True, capture_output=True
    )
    made.key.chmod(0o644)  # the unprivileged server reads it, in a directory that only tests use
    return made


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """For localhost; it is its own authority."""
    return make_certificate(tmp_path_factory.mktemp("certificate"), "localhost")


@pytest.fixture(scope="session")
def foreign_certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """For another host, by an authority that nobody trusts."""
    return make_certificate(tmp_path_factory.mktemp("foreign"), "elsewhere", "DNS:elsewhere.example")
