from pathlib import Path

import pytest

from config.problems import SettingsError
from daemon.faults import Refused, exit_status, told
from daemon.secrets import SecretUnavailable


def test_our_own_errors_are_sentences_already():
    assert told(Refused("there is no case CC-000009")) == "there is no case CC-000009"


def test_a_file_error_names_the_file():
    with pytest.raises(OSError) as missing, Path("/nonexistent/x.eml").open():
        pass
    assert told(missing.value) == "/nonexistent/x.eml: No such file or directory"


def test_a_package_of_an_extra_that_is_missing_names_the_way_to_it():
    assert "aiosmtpd is not installed" in told(ModuleNotFoundError("No module named 'aiosmtpd'", name="aiosmtpd"))


def test_a_fault_of_the_program_says_so_on_one_line():
    with pytest.raises(ZeroDivisionError) as fault:
        _ = 1 / 0
    assert told(fault.value).startswith("a fault of the program: ZeroDivisionError in test_a_fault")
    assert "\n" not in told(fault.value)


@pytest.mark.parametrize(("error", "status"), [(SecretUnavailable("x"), 78), (Refused("x"), 1), (OSError("x"), 1)])
def test_wrong_settings_and_secrets_end_with_78_so_that_the_unit_is_not_restarted(error, status):
    assert exit_status(error) == status
    assert exit_status(SettingsError.__new__(SettingsError)) == 78
