"""The proof in a reply: nobody else can make it, and it holds for one case, one recipient and half a year."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from daemon.replies import our_ids
from daemon.seal import LENGTH, LIFETIME, Seal, personal_id, seal_of
from daemon.storage.store import Store

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
SEAL = Seal(key=b"k" * 32)


def test_a_token_says_its_case_to_its_recipient_alone():
    token = SEAL.token(7, "ana@seller.example", NOW)
    assert len(token) == LENGTH
    assert SEAL.read(token, "ana@seller.example", NOW).case_id == 7
    assert SEAL.read(token, "bo@seller.example", NOW) is None
    assert Seal(key=b"x" * 32).read(token, "ana@seller.example", NOW) is None


def test_neither_the_case_of_the_token_nor_of_the_address_matters():
    token = SEAL.token(7, "Ana@Seller.example", NOW)
    assert SEAL.read(token.upper(), "ana@seller.EXAMPLE", NOW) is not None


def test_a_token_ends_after_half_a_year():
    token = SEAL.token(7, "ana@seller.example", NOW)
    assert not SEAL.read(token, "ana@seller.example", NOW + LIFETIME).is_expired
    assert SEAL.read(token, "ana@seller.example", NOW + LIFETIME + timedelta(days=2)).is_expired


@given(st.text(max_size=60))
def test_no_other_text_is_a_token(text):
    assert SEAL.read(text, "ana@seller.example", NOW) is None


@given(st.integers(0, LENGTH - 1), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_a_token_with_one_other_character_is_worthless(place, letter):
    token = SEAL.token(7, "ana@seller.example", NOW)
    changed = token[:place] + letter + token[place + 1 :]
    assert changed == token or SEAL.read(changed, "ana@seller.example", NOW) is None


def test_a_personal_message_id_is_known_as_ours_and_holds_the_token():
    token = SEAL.token(7, "ana@seller.example", NOW)
    own = personal_id("0123456789abcdef0123456789abcdef.desk@seller.example", token)
    assert our_ids("desk", "seller.example").fullmatch(own.upper())[1].lower() == token
    assert our_ids("desk", "seller.example").fullmatch(own.replace("desk", "other")) is None


def test_the_secret_is_made_once_for_a_database(tmp_path):
    url = f"sqlite:///{tmp_path}/claimclock.db"
    with Store.open(url, lock=True) as store:
        first = seal_of(store)
    with Store.open(url, lock=True) as store:
        assert seal_of(store) == first
    assert first.key.hex() not in repr(first)
