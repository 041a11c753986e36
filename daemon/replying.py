"""Replies are heard: proved, obeyed or refused, answered, told to the others, in the transaction that ends their mail.

Nobody outside the team is ever answered, and nothing that a machine wrote is. Doubt changes nothing and is explained.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from classifiers.commands import Command, CommandKind, Doubtful, NoCommand, read_command
from config.settings import Person
from config.vocabulary import Disposition
from daemon.cases import Case
from daemon.desk import Desk, Post
from daemon.entries import MailEntry
from daemon.evidence import evidence_of
from daemon.obeying import Hearing, Obeyed, obey, refusal
from daemon.reading import Read
from daemon.replies import Reply
from daemon.seal import Proof
from daemon.several import One, Scope, hear_several
from daemon.storage import casefile, ledger, matter_rows, outbox_rows, reply_rows
from daemon.storage.engine import Transaction
from daemon.storage.ledger import StoredMail
from daemon.storage.reply_rows import ReplyRow
from daemon.summaries import mails_of, summary_of
from daemon.word import Word, person_at, standing_of, tell_others, tell_others_of_several, voice_for, zone_of
from responders.answer import Answer, answer_letter, answer_to_several
from responders.letter import Letter
from responders.mime import message_id_for
from responders.suggest import suggestion_letter
from responders.voice import TeamVoice

log = logging.getLogger(__name__)

ANSWERS_AN_HOUR, REFUSALS_AN_HOUR = 30, 5
"""To one person; the backstop against two machines that answer each other."""

_STALE = timedelta(days=7)
_OF_ANY_CASE = frozenset({CommandKind.HELP, CommandKind.DRAFT, CommandKind.TONE, CommandKind.LESSON})
"""Commands that are obeyed also when a newer case has followed."""
_NUMBER = re.compile(r"\[(CC-\d{6,15})\]", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class Heard:
    """What became of the replies of a batch, and the mails that are none."""

    rest: list[StoredMail] = field(default_factory=list)
    ends: dict[int, tuple[Disposition, str | None]] = field(default_factory=dict)
    letters: int = 0


def hear(tx: Transaction, mails: Sequence[StoredMail], judged: Mapping[int, Read], desk: Desk, now: datetime) -> Heard:
    """Hear the replies of a batch; each ends as `ignored`, or as `duplicate` when it was heard before."""
    heard = Heard()
    for stored in mails:
        verdict = judged.get(stored.place_id)
        if verdict is None or verdict.reply is None:
            heard.rest.append(stored)
            continue
        try:
            with tx.begin_nested():
                heard.ends[stored.place_id] = _hear_one(tx, stored.raw_id, verdict.reply, desk, now, heard)
        except (ValueError, LookupError) as error:
            heard.ends[stored.place_id] = (Disposition.QUARANTINED, f"a reply that cannot be heard: {error}"[:500])
    if ledger.dispose_all(tx, heard.ends, now) != len(heard.ends):
        raise RuntimeError("another worker has ended a mail of this batch meanwhile")
    return heard


def _hear_one(
    tx: Transaction, raw_id: int, reply: Reply, desk: Desk, now: datetime, heard: Heard
) -> tuple[Disposition, str | None]:
    if reply_rows.is_known(tx, raw_id, reply.identity, reply.sender, reply.message_id):
        return Disposition.DUPLICATE, None
    who = person_at(desk, reply.sender)
    if who is None or reply.automatic or desk.post is None or desk.post.seal is None:
        why = reply.automatic or f"not from the team: {reply.sender or 'several authors'}"
        log.info("a reply changes nothing: %s", why)
        _record(tx, raw_id, reply, None, "automatic" if reply.automatic else "stranger", why, now)
        return Disposition.IGNORED, None
    judged, case_id = _judge(tx, raw_id, reply, who, desk, desk.post, now)
    outcome = "obeyed" if judged.answer.obeyed else "refused"
    log.info("a reply of %s is %s: %s", who.name, outcome, judged.answer.key)
    _record(tx, raw_id, reply, case_id, outcome, judged.answer.key, now)
    heard.letters += _answer(tx, reply, who, judged, case_id, desk, desk.post, now)
    return Disposition.IGNORED, None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The answer, and the case if the reply proved one."""

    answer: Answer
    case: Case | None = None
    obeyed: Obeyed | None = None
    command: Command | None = None
    several: tuple[One, ...] = ()
    """Of an answer that spoke of more than one case or mail."""
    bundle: int | None = None
    """What the answered letter lists, if it is about several matters."""


def _judge(
    tx: Transaction, raw_id: int, reply: Reply, who: Person, desk: Desk, post: Post, now: datetime
) -> tuple[Judged, int | None]:
    """Proof first: what is not proved is not even read."""
    if reply.failure:
        return Judged(answer=refusal("forged", why=reply.failure)), None
    proof = _proof(reply, post, now)
    if proof is None:
        return Judged(answer=refusal("not_yours" if reply.tokens else "no_proof")), None
    if proof.bundle is not None:
        return _judge_several(tx, raw_id, reply, who, proof, desk, post, now)
    found = casefile.find(tx, proof.case_id, now)
    if found is None:
        return Judged(answer=refusal("no_case")), None
    case, case_id = found[0], casefile.id_of(found[0].number)
    if case_id is None:
        return Judged(answer=refusal("no_case")), None
    return _judge_command(tx, raw_id, reply, who, case, case_id, proof, desk, post, now), case_id


def _judge_several(
    tx: Transaction, raw_id: int, reply: Reply, who: Person, proof: Proof, desk: Desk, post: Post, now: datetime
) -> tuple[Judged, int | None]:
    """The answer to a letter about several matters; one that spoke of a single case is as any other."""
    if desk.team is None or proof.bundle is None:
        return Judged(answer=refusal("no_proof")), None
    at = reply.arrived_at if now - _STALE < reply.arrived_at <= now else now
    scope = Scope(
        tx=tx,
        raw_id=raw_id,
        reply=reply,
        who=who,
        bundle=proof.bundle,
        team=desk.team,
        desk=desk,
        post=post,
        at=at,
        now=now,
    )
    ones = hear_several(scope, is_expired=proof.is_expired)
    if len(ones) == 1:
        one = ones[0]
        judged = Judged(answer=one.answer, case=one.case, obeyed=one.obeyed, command=one.command, bundle=proof.bundle)
        return judged, one.case_id
    done = sum(one.answer.obeyed for one in ones)
    answer = Answer(key=f"several: {done} of {len(ones)}", obeyed=done > 0, values={})
    return Judged(answer=answer, several=ones, bundle=proof.bundle), None


def _judge_command(
    tx: Transaction,
    raw_id: int,
    reply: Reply,
    who: Person,
    case: Case,
    case_id: int,
    proof: Proof,
    desk: Desk,
    post: Post,
    now: datetime,
) -> Judged:
    at = _said_at(reply, case, now)
    said = read_command(reply.fresh, now=at, zone=zone_of(who, post))
    if proof.is_expired:
        return Judged(answer=refusal("expired"), case=case)
    if isinstance(said, NoCommand):
        return Judged(answer=refusal("no_command"), case=case)
    if isinstance(said, Doubtful):
        return Judged(answer=refusal(said.why.value, line=said.line[:60], word=said.kind.value), case=case)
    numbers = {case.number, casefile.number_of(proof.case_id)}
    named = [*said.cases, *(number.upper() for number in _NUMBER.findall(reply.subject))]
    if strangers := [number for number in named if number not in numbers]:
        return Judged(answer=refusal("other_case", named=strangers[0]), case=case)
    newer = reply_rows.successor(tx, case_id)
    if newer is not None and said.kind not in _OF_ANY_CASE:
        return Judged(answer=refusal("replaced", newer=newer), case=case)
    if said.everything:
        return Judged(answer=refusal("one_case"), case=case)
    if desk.team is None:
        return Judged(answer=refusal("no_proof"), case=case)
    obeyed = obey(
        Hearing(
            tx=tx,
            command=said,
            case=case,
            case_id=case_id,
            reply=reply,
            raw_id=raw_id,
            who=who,
            team=desk.team,
            desk=desk,
            at=at,
            now=now,
        )
    )
    return Judged(answer=obeyed.answer, case=obeyed.case, obeyed=obeyed, command=said)


def _proof(reply: Reply, post: Post, now: datetime) -> Proof | None:
    """The first genuine token that was made for the sender, that of the answered letter before older ones."""
    if post.seal is None:
        return None
    return next((proof for each in reply.tokens if (proof := post.seal.read(each, reply.sender, now))), None)


def _said_at(reply: Reply, case: Case, now: datetime) -> datetime:
    """When the reply came in; a time that cannot be (before the case, long ago, in the future) is now."""
    begun = case.steps[0].when if case.steps else case.newest_at
    return reply.arrived_at if max(begun, now - _STALE) < reply.arrived_at <= now else now


def _answer(
    tx: Transaction,
    reply: Reply,
    who: Person,
    judged: Judged,
    case_id: int | None,
    desk: Desk,
    post: Post,
    now: datetime,
) -> int:
    """The letters that a reply causes; how many."""
    if judged.several:
        return _answer_several(tx, reply, who, judged, desk, post, now)
    voice, standing = voice_for(who, post), standing_of(judged.case) if judged.case else None
    letters = 0
    if judged.command is not None and judged.answer.obeyed and standing is not None and judged.case is not None:
        letters += _tell_others(tx, reply, who, judged, case_id, desk, now)
        if judged.command.kind is CommandKind.DRAFT and case_id is not None:
            draft = _draft(tx, judged.case, case_id, reply, voice, now)
            if draft is None:
                judged = replace(judged, answer=refusal("no_draft"))
            elif _may_answer(tx, reply.sender, obeyed=True, now=now):
                letters += outbox_rows.enqueue(tx, draft, post.copies(draft, (who.address,)), now, case_id)
    if not _may_answer(tx, reply.sender, obeyed=judged.answer.obeyed, now=now):
        log.warning("an answer to %s is held back: too many replies within an hour", who.name)
        return letters
    letter = answer_letter(
        judged.answer, standing, identity=reply.identity, replies_to=reply.message_id, team=voice, now=now
    )
    reply_rows.mark_answered(tx, reply.identity)
    bundle = judged.bundle if judged.case is None else None
    return letters + outbox_rows.enqueue(tx, letter, post.copies(letter, (who.address,), bundle=bundle), now, case_id)


def _answer_several(
    tx: Transaction, reply: Reply, who: Person, judged: Judged, desk: Desk, post: Post, now: datetime
) -> int:
    """One answer for all that the reply spoke of, and one letter to each of the others."""
    said = [
        (_word(reply, who, one.command, one.obeyed), one.case, one.case_id)
        for one in judged.several
        if one.command and one.obeyed and one.answer.obeyed and one.case and one.case_id is not None
    ]
    letters = tell_others_of_several(tx, said, desk, now)
    if not _may_answer(tx, reply.sender, obeyed=judged.answer.obeyed, now=now):
        log.warning("an answer to %s is held back: too many replies within an hour", who.name)
        return letters
    letter = answer_to_several(
        [(one.answer, standing_of(one.case) if one.case else None) for one in judged.several],
        identity=reply.identity,
        replies_to=reply.message_id,
        team=voice_for(who, post),
        now=now,
    )
    reply_rows.mark_answered(tx, reply.identity)
    copies = post.copies(letter, (who.address,), bundle=judged.bundle)
    return letters + outbox_rows.enqueue(tx, letter, copies, now, None)


def _word(reply: Reply, who: Person, command: Command, obeyed: Obeyed) -> Word:
    holder = obeyed.holder.name if obeyed.holder else ""
    return Word(command=command.kind, who=who.name, remark=command.remark, holder=holder, identity=reply.identity)


def _may_answer(tx: Transaction, sender: str, *, obeyed: bool, now: datetime) -> bool:
    since = now - timedelta(hours=1)
    if reply_rows.answers_since(tx, sender, since, refusals_only=False) >= ANSWERS_AN_HOUR:
        return False
    return obeyed or reply_rows.answers_since(tx, sender, since, refusals_only=True) < REFUSALS_AN_HOUR


def _tell_others(
    tx: Transaction, reply: Reply, who: Person, judged: Judged, case_id: int | None, desk: Desk, now: datetime
) -> int:
    command, obeyed = judged.command, judged.obeyed
    if command is None or obeyed is None or judged.case is None or case_id is None:
        return 0
    holder = obeyed.holder.name if obeyed.holder else ""
    word = Word(
        command=command.kind,
        who=who.name,
        remark=command.remark,
        holder=holder,
        identity=reply.identity,
        kind=command.argument,
    )
    return tell_others(tx, word, judged.case, case_id, desk, now)


def _draft(tx: Transaction, case: Case, case_id: int, reply: Reply, voice: TeamVoice, now: datetime) -> Letter | None:
    """The letter about the case's newest mail once more, as of now."""
    found = casefile.find(tx, case_id, now)
    if found is None:
        return None
    entries = matter_rows.entries_of(tx, [found[1]])[found[1]]
    mails = mails_of(case, [entry for entry in entries if isinstance(entry, MailEntry)])
    newest = next((mail for mail in reversed(mails) if not mail.own_reply), None)
    if newest is None:
        return None
    letter = suggestion_letter(
        summary_of(case, newest, mails, told=True, evidence=evidence_of(tx, case)), team=voice, now=now
    )
    key = f"draft:{reply.identity}"
    references = letter.references or (letter.message_id,)
    again = message_id_for(key, voice.instance, voice.domain)
    return replace(letter, key=key, message_id=again, references=references, in_reply_to=references[0])


def _record(
    tx: Transaction, raw_id: int, reply: Reply, case_id: int | None, outcome: str, why: str, now: datetime
) -> None:
    said = reply.fresh.partition("\n")[0]
    row = ReplyRow(
        raw_id=raw_id,
        identity=reply.identity,
        message_id=reply.message_id,
        sender=reply.sender,
        case_id=case_id,
        outcome=outcome,
        why=why,
        said=said,
    )
    if not reply_rows.add(tx, row, now):
        raise RuntimeError("another worker has heard this reply meanwhile")
