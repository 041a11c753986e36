import pytest

from config.settings import Secret
from daemon.secrets import SecretUnavailable, read_secret


def secret_file(tmp_path, content=b"hunter2\n", mode=0o600):
    path = tmp_path / "secret"
    path.write_bytes(content)
    path.chmod(mode)
    return path


def test_a_file_that_only_its_owner_can_read_is_accepted(tmp_path):
    assert read_secret(Secret(file=secret_file(tmp_path))) == "hunter2"


def test_a_credential_comes_from_systemds_directory(tmp_path, monkeypatch):
    secret_file(tmp_path, mode=0o440)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert read_secret(Secret(credential="secret")) == "hunter2"


def test_a_credential_outside_systemd_names_the_way_out(monkeypatch):
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    with pytest.raises(SecretUnavailable, match="LoadCredential=imap"):
        read_secret(Secret(credential="imap"))


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o700])
def test_a_file_that_others_could_read_is_refused(tmp_path, mode):
    with pytest.raises(SecretUnavailable, match="chmod 600"):
        read_secret(Secret(file=secret_file(tmp_path, mode=mode)))


@pytest.mark.parametrize("content", [b"", b"\n", b"one\ntwo\n", b"nul\0", b"\xff\xfe"])
def test_a_file_without_one_line_of_text_is_refused(tmp_path, content):
    with pytest.raises(SecretUnavailable, match="secret"):
        read_secret(Secret(file=secret_file(tmp_path, content=content)))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SecretUnavailable, match="does not exist"):
        read_secret(Secret(file=tmp_path / "none"))
