import tomllib
from pathlib import Path

import pytest
from servers.growth import grows_no_faster_than_its_text

from config.phrasebook import team_phrases
from config.tone import tone_rules
from config.vocabulary import CASE_KINDS, EVENTS_OF_KIND, LANGUAGES, Reason
from responders.draft import draft_reply
from responders.samples import sample_case
from responders.tone import KINDS, check_tone

HERE = Path(__file__).parent
WORDING = ("emotion", "blame", "threat", "promise", "review", "deal", "admission", "contact")
SETS = ("tone_sentences.toml", "tone_sentences_unseen.toml", "tone_letters.toml", "tone_letters_unseen.toml")


def sentences(name: str) -> list[tuple[str, str, str]]:
    table = tomllib.loads((HERE / name).read_text(encoding="utf-8"))
    return [(language, kind, text) for language, row in table.items() for kind, texts in row.items() for text in texts]


def kinds(text: str, language: str = "en") -> set[str]:
    return {finding.kind for finding in check_tone(text, language=language)}


@pytest.mark.parametrize("name", SETS)
def test_nine_of_ten_planted_faults_are_found_and_good_sentences_pass(name: str) -> None:
    rows = sentences(name)
    assert {language for language, _, _ in rows} == set(LANGUAGES)
    planted = [(language, kind, text) for language, kind, text in rows if kind != "good"]
    good = [(language, text) for language, kind, text in rows if kind == "good"]
    missed = [row for row in planted if row[1] not in kinds(row[2], row[0])]
    blamed = [row for row in good if kinds(row[1], row[0])]
    assert len(missed) <= len(planted) // 10, missed
    assert len(blamed) * 20 < len(good), blamed


def test_nine_of_ten_faults_of_a_set_that_no_list_was_changed_by_are_found() -> None:
    rows = sentences("tone_last.toml")
    missed = [row for row in rows if row[1] not in kinds(row[2], row[0])]
    assert len(rows) == 96 and len(missed) <= len(rows) // 10, missed


def test_everyday_sentences_raise_no_alarm() -> None:
    rows = sentences("tone_good.toml")
    assert len(rows) >= 120
    assert [(text, kinds(text, language)) for language, _, text in rows if kinds(text, language)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_draft_of_ours_has_a_fault(language: str) -> None:
    for kind in sorted(CASE_KINDS):
        for event in sorted(EVENTS_OF_KIND[kind]):
            for reason in (*Reason, None):
                draft = draft_reply(sample_case(kind, event, reason=reason, language=language))
                for variant in draft.variants if draft else ():
                    assert check_tone(variant.body, language=language) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_fault_has_rules_and_a_better_wording_in_every_language(language: str) -> None:
    rules = tone_rules(language)
    assert set(rules.patterns) == set(WORDING)
    assert set(rules.better) == set(KINDS)
    assert all(
        f"tone.{kind}.{part}" in team_phrases(team)
        for kind in KINDS
        for part in ("title", "why")
        for team in ("en", "zh")
    )


def test_a_finding_names_the_words_where_they_stand_and_what_to_write_instead() -> None:
    text = "We have checked it. The buyer is lying about the parcel."
    (finding,) = check_tone(text, language="en", team_language="zh")
    assert finding.kind == "blame" and text[finding.start : finding.end] == finding.words == "buyer is lying"
    assert finding.title == "指责他人" and "[[fact]]" in finding.better


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("See https://photos.example/album", "link"),
        ("See www.photos.example", "link"),
        ("See https://amazon.com.photos.example/a", "link"),
        ("Write to desk@seller.example", "contact"),
        ("Call +49 30 1234567", "contact"),
        ("Call 030 / 1234567", "contact"),
        ("Reach us on WhatsApp", "contact"),
        ("请加微信联系", "contact"),
        ("We did send it!!", "shouting"),
        ("WE DID SEND IT LAST WEEK", "shouting"),
        ("Thank you 😡", "shouting"),
    ],
)
def test_links_contact_data_and_shouting_are_found_in_every_language(text: str, kind: str) -> None:
    assert all(kind in kinds(text, language) for language in LANGUAGES)


@pytest.mark.parametrize(
    "text",
    [
        "Order 028-1234567-7654321, tracking 1Z999AA10123456784 and 00340434161094042557.",
        "Delivered on 09.03.2026, 03/09/2026 and 2026-03-09 at 14:05.",
        "Listing: https://www.amazon.de/dp/B0TESTTEST and https://sellercentral.amazon.co.uk/orders",
        "Shipped with DHL EXPRESS, SKU AB-1234 XL.",
        "我们在仓库 SKU 记录中核对了商品。",
        "The price is 1.234,56 EUR for 10 pieces.",
    ],
)
def test_ids_dates_amounts_and_amazons_own_links_are_no_faults(text: str) -> None:
    assert kinds(text, "zh" if "我" in text else "en") == set()


def test_gaps_are_left_out_of_the_judgement() -> None:
    assert kinds("Our position: [[we promise nothing, see desk@seller.example]].") == set()


def test_a_text_over_the_forms_limit_is_told_with_the_part_that_is_cut_off() -> None:
    (finding,) = check_tone("Fine. " * 10, language="en", longest=50)
    assert (finding.kind, finding.start, finding.end) == ("length", 50, 60)
    assert check_tone("Fine. " * 10, language="en", longest=60) == ()


@pytest.mark.parametrize("unit", ["a", "we will ", "!? ", "A ", "1 ", "x@", "如果"])
@pytest.mark.parametrize("language", ["en", "de", "ja", "zh"])
def test_a_hostile_text_costs_no_more_than_its_length(unit: str, language: str) -> None:
    assert grows_no_faster_than_its_text(lambda text: check_tone(text, language=language), unit, size=1_000)
