"""`explain`: everything behind the judgement of one mail, down to the suggested reply; changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from classifiers.assessment import Assessment, Deadline
from classifiers.message import Message, UnreadableMail
from config.marketplaces import zone_of
from config.policy import Policy, default_policy
from config.settings import Settings
from config.vocabulary import CASE_KINDS, Authenticity, Basis, Status
from daemon.faults import Refused
from daemon.judging import Terms, judgement, read
from daemon.sources import Source, sources
from daemon.terminal import cell, console, instant, plain, remaining, table
from daemon.workspace import settings_if_any
from responders.draft import draft_reply
from responders.evidence import checklist
from responders.summary import CaseSummary, MailSummary

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
    for title, lines in _sections(message, assessment, now or datetime.now(UTC)):
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


def _sections(message: Message, mail: Assessment, now: datetime) -> Iterator[tuple[str, Iterable[object]]]:
    yield "Mail", _mail(message, mail)
    yield f"Kind: {mail.kind}{f', {mail.event}' if mail.event else ''}", _verdict(mail)
    yield "Votes", [_votes(mail)]
    yield "Why", [f"  - {plain(reason)}" for reason in mail.because]
    yield "Deadline", _deadline(mail, now)
    yield "Found in the mail", _fields(mail)
    if mail.kind in CASE_KINDS:
        yield from _answer(message, mail)


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


def _answer(message: Message, mail: Assessment) -> Iterator[tuple[str, Iterable[object]]]:
    summary = _summary(message, mail)
    draft = draft_reply(summary)
    if draft is None:
        yield "Suggested reply", ["  none: nothing is to be answered, or only a person may"]
        return
    for variant in draft.variants:
        about = f"{variant.purpose}, {draft.language}, {draft.channel}".replace("_", " ")
        yield f"Suggested reply ({about})", [f"  {line}" for line in variant.body.splitlines()]
    items = checklist(mail.kind, mail.event, mail.reason)
    yield "Evidence to gather", [f"  - {item.what}: {item.why}" for item in items]


def _summary(message: Message, mail: Assessment) -> CaseSummary:
    """The case that this mail alone would make, before it has a number."""
    deadline = mail.deadline
    return CaseSummary(
        number="CC-new",
        kind=mail.kind,
        event=mail.event,
        status=Status.OPEN,
        outcome=None,
        marketplace=mail.marketplace,
        order_ids=mail.order_ids,
        support_case_ids=mail.case_ids,
        asins=mail.asins,
        tracking_numbers=mail.tracking_numbers,
        amount=(mail.amount.value, mail.amount.currency) if mail.amount else None,
        reason=mail.reason,
        funded_by=mail.funded_by,
        action_required=mail.action_required,
        respond_by=deadline.respond_by if deadline else None,
        target=deadline.target if deadline else None,
        basis=deadline.basis if deadline else None,
        phrase=deadline.phrase if deadline else None,
        rule=deadline.rule if deadline else "",
        review=mail.review,
        because=mail.because,
        previous=None,
        mails=(_mail_summary(message, mail),),
    )


def _mail_summary(message: Message, mail: Assessment) -> MailSummary:
    return MailSummary(
        sent_at=mail.sent_at,
        event=mail.event,
        subject=message.subject,
        sender=message.author.address,
        excerpt=message.text[:600],
        language=mail.language,
        authenticity=mail.authenticity,
        forwarded_by=message.forwarded_by.address if message.forwarded_by else None,
    )
