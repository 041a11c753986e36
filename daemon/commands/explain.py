"""`explain`: everything behind the judgement of one mail, down to the suggested reply; changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from classifiers.assessment import Assessment, Deadline
from classifiers.message import Message, UnreadableMail
from config.marketplaces import zone_of
from config.policy import Policy, default_policy
from config.settings import Settings
from config.vocabulary import CASE_KINDS, Authenticity, Basis
from daemon import matters
from daemon.faults import Refused
from daemon.judging import Terms, judgement, read
from daemon.matters import fold
from daemon.reading import Unread, entry_of
from daemon.sources import Source, sources
from daemon.summaries import summary_of
from daemon.terminal import cell, console, instant, plain, remaining, table
from daemon.workspace import settings_if_any
from responders.draft import draft_reply
from responders.evidence import checklist
from responders.summary import CaseSummary

BASIS = {
    Basis.STATED: "the mail says so",
    Basis.CONDITIONAL: "only if Amazon asks for more",
    Basis.POLICY: "assumed: the mail names no limit, the policy gives one",
}


def explain(
    path: str, *, now: datetime | None, marketplace: str | None, trusted: tuple[str, ...], settings_path: Path | None
) -> int:
    """Print the reasons; 1 when the mail cannot be read."""
    settings = settings_if_any(settings_path)
    terms = Terms(now=now, marketplace=marketplace, trusted_authserv=trusted or _trusted(settings))
    mail = _one_mail(path)
    try:
        message = read(mail.raw, terms)
        assessment = judgement(message, terms, policy=_policy(settings))
    except UnreadableMail as error:
        raise Refused(f"{mail.name}: {error}") from error
    screen = console()
    at = now or datetime.now(UTC)
    for title, lines in _sections(message, assessment, _summary(mail, message, assessment, terms, at), at):
        screen.print(f"\n{title}", style="bold")
        for line in lines:
            screen.print(line, soft_wrap=True)
    return 0


def _one_mail(path: str) -> Source:
    mails = list(sources([path]))
    if len(mails) > 1:
        raise Refused(f"{path} holds {len(mails)} mails; explain takes one (triage takes many)")
    if mails[0].error is not None:
        raise Refused(f"{path}: {mails[0].error}")
    return mails[0]


def _trusted(settings: Settings | None) -> tuple[str, ...]:
    return settings.trusted_authserv_ids if settings else ()


def _policy(settings: Settings | None) -> Policy:
    return settings.policy if settings else default_policy()


def _sections(
    message: Message, mail: Assessment, summary: CaseSummary | None, now: datetime
) -> Iterator[tuple[str, Iterable[object]]]:
    yield "Mail", _mail(message, mail)
    yield f"Kind: {mail.kind}{f', {mail.event}' if mail.event else ''}", _verdict(mail)
    yield "Votes", [_votes(mail)]
    yield "Why", [f"  - {plain(reason)}" for reason in mail.because]
    yield "Deadline", _deadline(mail, now)
    yield "Found in the mail", _fields(mail)
    if mail.kind in CASE_KINDS:
        yield from _answer(mail, summary)


def _mail(message: Message, mail: Assessment) -> Iterator[str]:
    author = message.author
    yield f"  From       {plain(author.display)} <{plain(author.address)}>"
    yield f"  Subject    {plain(message.subject)}"
    yield f"  Sent       {instant(mail.sent_at, ZoneInfo('UTC'))}"
    if message.forwarded_by:
        yield f"  Forwarded  by {plain(message.forwarded_by.address)}; the forwarded mail is judged"
    for defect in message.defects:
        yield f"  Defect     {plain(defect)}"


def _verdict(mail: Assessment) -> Iterator[str]:
    yield f"  sure       {mail.confidence:.2f}{', a person must look' if mail.review else ''}"
    forged = " (it poses as Amazon: it would change no case)" if mail.authenticity is Authenticity.SUSPICIOUS else ""
    yield f"  sender     {mail.authenticity}{forged}"
    yield f"  action     {'demanded' if mail.action_required else 'not demanded'}"


def _votes(mail: Assessment) -> object:
    rows = [
        (
            f"  {vote.judge}",
            f"{vote.kind or 'abstains'}{f' {vote.event}' if vote.event else ''}",
            f"{vote.weight:.2f}",
            cell(vote.because),
        )
        for vote in mail.votes
    ]
    return table(("  judge", "for", "weight", "because"), rows)


def _deadline(mail: Assessment, now: datetime) -> Iterator[str]:
    deadline = mail.deadline
    if deadline is None:
        yield "  none: nothing is due"
        return
    zone = zone_of(mail.marketplace)
    yield f"  answer by  {instant(deadline.respond_by, zone)} ({remaining(deadline.respond_by, now)}), {zone.key}"
    yield f"             {instant(deadline.respond_by, ZoneInfo('UTC'))}"
    if deadline.target:
        yield f"  aim for    {instant(deadline.target, zone)}"
    yield from _grounds(deadline)


def _grounds(deadline: Deadline) -> Iterator[str]:
    yield f"  basis      {BASIS[deadline.basis]}"
    if deadline.phrase:
        yield f'  quoted     "{plain(deadline.phrase)}"'
    if deadline.rule:
        yield f"  counted    {plain(deadline.rule)}"


def _fields(mail: Assessment) -> Iterator[str]:
    amount = f"{mail.amount.value} {mail.amount.currency}" if mail.amount else ""
    rows = (
        ("language", mail.language),
        ("store", mail.marketplace or "not known"),
        ("orders", ", ".join(mail.order_ids)),
        ("case ids", ", ".join(mail.case_ids)),
        ("ASINs", ", ".join(mail.asins)),
        ("tracking", ", ".join(mail.tracking_numbers)),
        ("amount", amount),
        ("reason", mail.reason or "not stated"),
        ("paid by", mail.funded_by or ""),
    )
    for name, value in rows:
        if value:
            yield f"  {name:<10} {plain(value)}"


def _answer(mail: Assessment, summary: CaseSummary | None) -> Iterator[tuple[str, Iterable[object]]]:
    draft = draft_reply(summary) if summary else None
    if draft is None:
        yield "Suggested reply", ["  none: nothing is to be answered, or only a person may"]
        return
    for variant in draft.variants:
        about = f"{variant.purpose}, {draft.language}, {draft.channel}".replace("_", " ")
        yield f"Suggested reply ({about})", [f"  {line}" for line in variant.body.splitlines()]
    items = checklist(mail.kind, mail.event, mail.reason)
    yield "Evidence to gather", [f"  - {item.what}: {item.why}" for item in items]


def _summary(mail: Source, message: Message, judged: Assessment, terms: Terms, now: datetime) -> CaseSummary | None:
    """The case that this mail alone would make, before it has a number."""
    unread = Unread(place_id=0, account="", sha256="", raw=mail.raw, internal_date=None, read_at=now)
    entry = entry_of(unread, message, judged)
    cases = fold([entry], now, matters.Terms(proof=bool(terms.trusted_authserv)))
    return summary_of(replace(cases[-1], number="CC-new"), entry, [entry], told=False) if cases else None
