"""The command on the first line of a reply: read when it is certain, doubted when it is not."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.commands import Command, CommandKind, Doubt, Doubtful, NoCommand, read_command
from config.commands import command_words
from config.vocabulary import Kind

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)  # a Wednesday
BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")


def read(text, zone=BERLIN):
    return read_command(text, now=NOW, zone=zone)


OBEYED = [
    ("ack", "ack"),
    ("ACK", "ack"),
    ("Ack.", "ack"),
    ("ack!", "ack"),
    ("ＡＣＫ", "ack"),
    ("收到", "ack"),
    ("收到。", "ack"),
    ("收到，谢谢！", "ack"),
    ("收到谢谢", "ack"),
    ("知道了", "ack"),
    ("ack thanks", "ack"),
    ("ack 👍", "ack"),
    ("ack I will look", "ack"),
    ("mine", "mine"),
    ("Mine!", "mine"),
    ("接手", "mine"),
    ("我来", "mine"),
    ("我來", "mine"),
    ("我来，马上处理", "mine"),
    ("done", "done"),
    ("DONE", "done"),
    ("Done!", "done"),
    ("done, answered at 14:10", "done"),
    ("done - sent the proof", "done"),
    ("done: see the portal", "done"),
    ("Done. Answered in Seller Central.", "done"),
    ("done (14:10)", "done"),
    ("完成", "done"),
    ("完成。", "done"),
    ("已回复", "done"),
    ("已回覆", "done"),
    ("完成，已在后台提交", "done"),
    ("done thanks", "done"),
    ("done — by phone", "done"),
    ("won", "won"),
    ("won, tracking decided it", "won"),
    ("赢了", "won"),
    ("贏了！", "won"),
    ("lost", "lost"),
    ("输了：没有签收证明", "lost"),
    ("lost; no proof of delivery", "lost"),
    ("reopen", "reopen"),
    ("Reopen please", "reopen"),
    ("重开", "reopen"),
    ("重開", "reopen"),
    ("draft", "draft"),
    ("草稿", "draft"),
    ("help", "help"),
    ("Help!", "help"),
    ("帮助", "help"),
    ("幫助", "help"),
    ("evidence", "evidence"),
    ("证据", "evidence"),
    ("evidence attached", "evidence"),
    ("證據見附件", "evidence"),
    ("Hi, ack", "ack"),
    ("Hi ack", "ack"),
    ("Hello Claimclock, done", "done"),
    ("Dear all,\n\ndone", "done"),
    ("Hi\nmine", "mine"),
    ("你好，完成", "done"),
    ("您好\n收到", "ack"),
    ("大家好：\n完成", "done"),
    ("Good morning,\nack", "ack"),
    ("早上好，收到", "ack"),
    ("“done”", "done"),
    ("*done*", "done"),
    ("#done", "done"),
    ("/ack", "ack"),
    ("please reopen", "reopen"),
    ("请重开", "reopen"),
    ("done CC-000007", "done"),
    ("CC-000007: done", "done"),
    ("[CC-000007] ack", "ack"),
]


@pytest.mark.parametrize(("text", "kind"), OBEYED)
def test_a_plain_command_is_read(text, kind):
    result = read(text)
    assert isinstance(result, Command), result
    assert result.kind == kind


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("done, answered at 14:10", "answered at 14:10"),
        ("done - sent the proof", "sent the proof"),
        ("Done. Answered in Seller Central.", "Answered in Seller Central."),
        ("完成，已在后台提交", "已在后台提交"),
        ("lost; no proof of delivery", "no proof of delivery"),
        ("done\nanswered by phone", "answered by phone"),
        ("won: 签收证明有用", "签收证明有用"),
    ],
)
def test_words_after_a_separator_are_a_remark(text, remark):
    assert read(text).remark == remark


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Lost my VPN connection", Doubt.RUNS_ON),
        ("Done?", Doubt.QUESTION),
        ("done ?", Doubt.QUESTION),
        ("完成？", Doubt.QUESTION),
        ("完成了吗", Doubt.RUNS_ON),
        ("收到您的邮件，会尽快回复", Doubt.RUNS_ON),
        ("done, right?", Doubt.QUESTION),
        ("Won the lottery", Doubt.RUNS_ON),
        ("done deal with the carrier", Doubt.RUNS_ON),
        ("Mine says 404", Doubt.RUNS_ON),
        ("Lost in transit, says the carrier", Doubt.RUNS_ON),
        ("done, not yet", Doubt.TAKEN_BACK),
        ("完成，还没提交", Doubt.TAKEN_BACK),
        ("done, won", Doubt.TWO),
        ("ack\ndone", Doubt.TWO),
        ("ack and done", Doubt.TWO),
        ("收到，完成", Doubt.TWO),
        ("mine, snooze 3h", Doubt.TWO),
        ("won\nlost", Doubt.TWO),
        ("ack, assign Bo", Doubt.TWO),
        ("assign", Doubt.INCOMPLETE),
        ("指派", Doubt.INCOMPLETE),
        ("assign to", Doubt.INCOMPLETE),
        ("assign Bo?", Doubt.QUESTION),
        ("note", Doubt.INCOMPLETE),
        ("备注：", Doubt.INCOMPLETE),
        ("snooze", Doubt.INCOMPLETE),
        ("稍后", Doubt.INCOMPLETE),
        ("snooze a bit", Doubt.NO_TIME),
        ("稍后处理", Doubt.NO_TIME),
        ("snooze yesterday", Doubt.NO_TIME),
        ("snooze 0h", Doubt.NO_TIME),
        ("snooze today 9:00", Doubt.NO_TIME),
        ("snooze 90 days", Doubt.NO_TIME),
        ("snooze 3h is too long", Doubt.NO_TIME),
        ("wrong", Doubt.INCOMPLETE),
        ("分错", Doubt.INCOMPLETE),
        ("wrong number, sorry", Doubt.NO_KIND),
        ("draft looks good", Doubt.RUNS_ON),
        ("Hello, lost my badge again", Doubt.RUNS_ON),
    ],
)
def test_doubt_changes_nothing_and_has_a_reason(text, why):
    result = read(text)
    assert isinstance(result, Doubtful), result
    assert result.why is why


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  \n ",
        "Thanks!",
        "I will look at it",
        "not done",
        "还没完成",
        "well done",
        "undone",
        "acknowledgement",
        "donation",
        "noted",
        "We lost it",
        "Who is on it?",
        "done-ish",
        "ack/done",
        "Hi team,",
        "Hello",
        "@close",
        "#close",
        "doneness",
        "wrongly",
        "wonderful",
    ],
)
def test_other_text_is_no_command(text):
    assert not isinstance(read(text), Command)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("assign Bo", "Bo"),
        ("assign to Bo Lindqvist", "Bo Lindqvist"),
        ("Assign: bo@seller.example", "bo@seller.example"),
        ("指派 王芳", "王芳"),
        ("指派给王芳", "王芳"),
        ("指派給 王芳", "王芳"),
        ("assign Bo, she knows the order", "Bo"),
        ("assign @Bo please", "Bo"),
        ("assign Bo.", "Bo"),
        ("ＡＳＳＩＧＮ Ｂｏ", "Bo"),
    ],
)
def test_a_case_is_assigned_by_name(text, name):
    result = read(text)
    assert isinstance(result, Command), result
    assert (result.kind, result.argument) == (CommandKind.ASSIGN, name)


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("note buyer called", "buyer called"),
        ("note: buyer called, is angry", "buyer called, is angry"),
        ("note\nfirst\nsecond", "first\nsecond"),
        ("备注：买家来电", "买家来电"),
        ("備註 買家來電\n下午再試", "買家來電\n下午再試"),
        ("note done by carrier\ndone", "done by carrier\ndone"),
    ],
)
def test_a_note_is_the_rest_of_the_fresh_text(text, note):
    result = read(text)
    assert isinstance(result, Command), result
    assert (result.kind, result.argument) == (CommandKind.NOTE, note)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("wrong chargeback", Kind.CHARGEBACK),
        ("wrong kind: chargeback", Kind.CHARGEBACK),
        ("wrong A-to-z claim", Kind.ATOZ_CLAIM),
        ("Wrong: buyer message", Kind.BUYER_MESSAGE),
        ("分错 拒付", Kind.CHARGEBACK),
        ("分錯 退貨申請", Kind.RETURN_REQUEST),
        ("分错 买家消息。", Kind.BUYER_MESSAGE),
        ("wrong cs_request", Kind.CS_REQUEST),
        ("wrong SAFE-T", Kind.SAFE_T),
        ("wrong, it is spam", Kind.UNRELATED),
        ("分错了，应该是客服请求", Kind.CS_REQUEST),
    ],
)
def test_a_wrong_kind_is_named_in_either_language(text, kind):
    result = read(text)
    assert isinstance(result, Command), result
    assert (result.kind, result.argument) == (CommandKind.WRONG, kind)


@pytest.mark.parametrize(
    ("text", "zone", "until"),
    [
        ("snooze 3h", BERLIN, "2026-11-25T12:30"),
        ("snooze 3 hours", BERLIN, "2026-11-25T12:30"),
        ("snooze for 45 min", BERLIN, "2026-11-25T10:15"),
        ("snooze 1h30", BERLIN, "2026-11-25T11:00"),
        ("snooze 1.5 h", BERLIN, "2026-11-25T11:00"),
        ("snooze 2 days", BERLIN, "2026-11-27T09:30"),
        ("snooze half an hour", BERLIN, "2026-11-25T10:00"),
        ("snooze an hour", BERLIN, "2026-11-25T10:30"),
        ("snooze tomorrow 9:00", BERLIN, "2026-11-26T08:00"),
        ("snooze tomorrow 9:00", SHANGHAI, "2026-11-26T01:00"),
        ("snooze until tomorrow at 9am", BERLIN, "2026-11-26T08:00"),
        ("snooze tomorrow", BERLIN, "2026-11-26T08:00"),
        ("snooze till 15:00", BERLIN, "2026-11-25T14:00"),
        ("snooze 9:00", BERLIN, "2026-11-26T08:00"),
        ("snooze friday 14:30", BERLIN, "2026-11-27T13:30"),
        ("snooze wednesday 15:00", BERLIN, "2026-11-25T14:00"),
        ("snooze wednesday 9:00", BERLIN, "2026-12-02T08:00"),
        ("snooze next monday", BERLIN, "2026-11-30T08:00"),
        ("snooze 2026-11-28 10:00", BERLIN, "2026-11-28T09:00"),
        ("snooze 3h, at lunch", BERLIN, "2026-11-25T12:30"),
        ("稍后 3小时", SHANGHAI, "2026-11-25T12:30"),
        ("稍后3小时", SHANGHAI, "2026-11-25T12:30"),
        ("稍后 三个小时后", SHANGHAI, "2026-11-25T12:30"),
        ("稍后 半小时", SHANGHAI, "2026-11-25T10:00"),
        ("稍后 1个半小时", SHANGHAI, "2026-11-25T11:00"),
        ("稍后 30分钟", SHANGHAI, "2026-11-25T10:00"),
        ("稍后 明天9点", SHANGHAI, "2026-11-26T01:00"),
        ("稍後 明天9點", SHANGHAI, "2026-11-26T01:00"),
        ("稍后 明天上午9点半", SHANGHAI, "2026-11-26T01:30"),
        ("稍后 明天下午三点", SHANGHAI, "2026-11-26T07:00"),
        ("稍后 明早9点", SHANGHAI, "2026-11-26T01:00"),
        ("稍后 明天９：００", SHANGHAI, "2026-11-26T01:00"),
        ("稍后 后天10点", SHANGHAI, "2026-11-27T02:00"),
        ("稍后 下周一9点", SHANGHAI, "2026-11-30T01:00"),
        ("稍后 周五 14:00", SHANGHAI, "2026-11-27T06:00"),
        ("稍后 11月27日9点", SHANGHAI, "2026-11-27T01:00"),
        ("稍后 今天下午6点", SHANGHAI, "2026-11-25T10:00"),
    ],
)
def test_a_snooze_ends_at_the_persons_own_time(text, zone, until):
    result = read(text, zone)
    assert isinstance(result, Command), result
    assert result.until == datetime.fromisoformat(until).replace(tzinfo=UTC)


def test_a_day_that_the_clock_change_shortens_is_counted_on_the_wall_clock():
    before = datetime(2027, 3, 27, 12, 0, tzinfo=UTC)
    result = read_command("snooze tomorrow 9:00", now=before, zone=BERLIN)
    assert result.until == datetime(2027, 3, 28, 7, 0, tzinfo=UTC)


def test_the_case_number_beside_a_command_is_told():
    assert read("done CC-000009, answered").cases == ("CC-000009",)
    assert read("CC-9 ack").cases == ("CC-000009",)
    assert read("done, same as CC-000009").cases == ()


def test_every_kind_of_case_can_be_named():
    assert {kind for _, kind in command_words().kinds} == {kind.value for kind in Kind}


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(text):
    assert isinstance(read(text), Command | NoCommand | Doubtful)


@given(
    st.sampled_from(["done", "won", "lost", "snooze 3h", "mine", "reopen"]),
    st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=9).filter(
        lambda word: (
            word
            not in {
                "please",
                "thanks",
                "thank",
                "cheers",
                "thx",
                "ty",
                "ok",
                "okay",
                "pls",
                "plz",
                "later",
                "case",
                "it",
                "this",
            }
        )
    ),
)
def test_a_command_that_runs_on_into_a_sentence_is_never_obeyed(word, next_word):
    assert not isinstance(read(f"{word} {next_word}"), Command)
