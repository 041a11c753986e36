from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from config.loading import load_settings
from config.policy import policy_table
from config.problems import SettingsError
from config.settings import Secret, Security

EXAMPLE = files("config").joinpath("data/settings.example.toml").read_text(encoding="utf-8")


def load(tmp_path: Path, text: str):
    path = tmp_path / "claimclock.toml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path)


def problems(tmp_path: Path, text: str) -> dict[str, str]:
    with pytest.raises(SettingsError) as refused:
        load(tmp_path, text)
    return {problem.key: problem.message for problem in refused.value.problems}


def changed(old: str, new: str) -> str:
    assert EXAMPLE.count(old) == 1, old
    return EXAMPLE.replace(old, new)


def with_every_comment_switched_on() -> str:
    """The example with every commented key in force: what the comments promise must be accepted."""
    lines = []
    for line in EXAMPLE.splitlines():
        bare = line.removeprefix("# ")
        is_key = line.startswith("# ") and (
            bare.split(" = ")[0].replace('"', "").replace(".", "").replace("_", "").isalpha()
        )
        lines.append(bare if is_key and " = " in bare else line)
    return "\n".join(lines)


def test_the_example_is_accepted_as_it_stands(tmp_path):
    settings = load(tmp_path, EXAMPLE)
    assert settings.accounts[0].start == date(2026, 11, 1)
    assert settings.accounts[0].server.security is Security.TLS
    assert settings.smtp.password == Secret(credential="smtp")
    assert settings.team.addresses == {"ana@seller.example", "bo@seller.example"}


def test_every_key_that_the_example_comments_out_is_accepted(tmp_path):
    settings = load(tmp_path, with_every_comment_switched_on())
    assert settings.database == "postgresql+psycopg:///claimclock"
    assert settings.accounts[0].marketplace == "DE"
    assert settings.trusted_authserv_ids == ("mx.seller.example",)


def test_the_example_shows_the_shipped_policy(tmp_path):
    text = with_every_comment_switched_on()
    for name, clock in policy_table()["clocks"].items():
        assert f'"{name}" = {{ respond = "{clock["respond"]}"' in text
    assert load(tmp_path, text).policy == load(tmp_path, EXAMPLE).policy


def test_all_problems_are_told_at_once_each_with_its_key(tmp_path):
    text = changed('host = "smtp.seller.example"', 'hots = "smtp.seller.example"')
    text = text.replace("port = 993", 'port = "imap"').replace(
        'time_zone = "Europe/Berlin" ', 'time_zone = "Europe/Berln" '
    )
    assert set(problems(tmp_path, text)) == {"smtp.host", "smtp.hots", "accounts[eu].port", "team.time_zone"}


def test_an_unknown_key_is_answered_with_the_likeliest_one(tmp_path):
    assert problems(tmp_path, changed("[trust]", '[trust]\nauthserv_id = ["mx"]'))["trust.authserv_id"] == (
        "unknown key; did you mean authserv_ids?"
    )


def test_a_wrong_value_is_told_with_what_is_allowed(tmp_path):
    message = problems(tmp_path, changed("port = 993", "port = 99999"))["accounts[eu].port"]
    assert message == "must be a whole number from 1 to 65535; it is 99999"


def test_a_password_in_the_file_is_refused_and_not_repeated(tmp_path):
    text = changed('password = { credential = "imap-eu" }', 'password = "hunter2"')
    with pytest.raises(SettingsError) as refused:
        load(tmp_path, text)
    assert "must not stand in this file" in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_a_password_in_the_database_url_is_refused_and_not_repeated(tmp_path):
    text = changed("[service]", '[service]\ndatabase = "postgresql+psycopg://u:hunter2@db/claimclock"')
    with pytest.raises(SettingsError) as refused:
        load(tmp_path, text)
    assert "service.database: must not hold a password" in str(refused.value)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1"])
def test_a_plain_connection_is_accepted_on_loopback(tmp_path, host):
    text = changed('host = "imap.seller.example"', f'host = "{host}"\nsecurity = "none"')
    assert load(tmp_path, text).accounts[0].server.security is Security.NONE


@pytest.mark.parametrize("host", ["imap.seller.example", "localhost.seller.example", "10.0.0.1"])
def test_a_plain_connection_to_another_machine_is_refused(tmp_path, host):
    text = changed('host = "imap.seller.example"', f'host = "{host}"\nsecurity = "none"')
    assert "loopback hosts only" in problems(tmp_path, text)["accounts[eu].security"]


def test_the_operator_must_be_one_of_the_people(tmp_path):
    text = changed('operator = "ana@seller.example"', 'operator = "zoe@seller.example"')
    assert "add that person" in problems(tmp_path, text)["team.operator"]


def test_nobody_in_the_team_can_have_an_address_at_amazon(tmp_path):
    text = changed('address = "bo@seller.example"', 'address = "bo@marketplace.amazon.de"')
    assert "address at Amazon" in problems(tmp_path, text)["team.people[Bo].address"]


def test_two_accounts_with_one_name_are_refused(tmp_path):
    account = EXAMPLE[EXAMPLE.index("[[accounts]]") : EXAMPLE.index("# --- Whose word")]
    assert "stands there twice" in problems(tmp_path, EXAMPLE.replace(account, account + account))["accounts"]


def test_one_policy_key_is_changed_and_the_others_stay(tmp_path):
    own = '"cs_request.opened" = { respond = "36 hours" }\n"chargeback.opened" = { target = "2 days" }\n'
    settings = load(tmp_path, changed("[policy.clocks]", "[policy.clocks]\n" + own))
    shipped = load(tmp_path, EXAMPLE).policy
    assert settings.policy.clocks["cs_request.opened"].respond == timedelta(hours=36)
    assert settings.policy.clocks["cs_request.opened"].target == timedelta(hours=24)
    assert settings.policy.clocks["chargeback.opened"].respond == timedelta(days=7)
    assert settings.policy.clocks["chargeback.opened"].target == timedelta(days=2)
    assert settings.policy.clocks["buyer_message"] == shipped.clocks["buyer_message"]


def test_wrong_policy_keys_are_told_together(tmp_path):
    own = '[policy]\nreview_bellow = 0.5\npast_after = "soon"\n'
    text = changed("[policy]", own).replace(
        "[policy.clocks]", '[policy.clocks]\n"buyer_mesage" = { respond = "1 day" }'
    )
    assert set(problems(tmp_path, text)) == {
        "policy.review_bellow",
        "policy.past_after",
        'policy.clocks."buyer_mesage"',
    }


def test_text_that_is_no_toml_is_told_with_its_line(tmp_path):
    assert "line 1" in problems(tmp_path, "team = x")[""]


def test_a_missing_file_names_the_next_step(tmp_path):
    with pytest.raises(SettingsError, match="config example"):
        load_settings(tmp_path / "none.toml")


@pytest.mark.parametrize("value", ["desk+{token}@seller.example", "desk@seller.example", ""])
def test_an_address_for_answers_may_hold_one_token(tmp_path, value):
    path = tmp_path / "own.toml"
    example = files("config").joinpath("data/settings.example.toml").read_text(encoding="utf-8")
    path.write_text(example.replace('# reply_to = ""', f'reply_to = "{value}"'), encoding="utf-8")
    settings = load_settings(path)
    assert settings.reply_to == value
    assert settings.answers_to == (value.replace("+{token}", "") or settings.from_address)


@pytest.mark.parametrize(
    "value", ["desk{token}@seller.example", "{token}", "desk+{token}@amazon.de", "desk+{token}@x+{token}@y.example"]
)
def test_an_address_for_answers_that_cannot_be_is_a_problem(tmp_path, value):
    path = tmp_path / "own.toml"
    example = files("config").joinpath("data/settings.example.toml").read_text(encoding="utf-8")
    path.write_text(example.replace('# reply_to = ""', f'reply_to = "{value}"'), encoding="utf-8")
    with pytest.raises(SettingsError, match=r"smtp\.reply_to"):
        load_settings(path)
