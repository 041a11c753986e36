"""The desk: everything that the pipeline works with, put together once by whoever runs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from config.settings import Settings, Team
from daemon.jury import Jury
from daemon.matters import Terms
from daemon.own_templates import TemplateFaults, proven_templates
from daemon.reading import Rules
from daemon.roster import Roster, roster_of
from daemon.seal import Seal, personal_id, seal_of
from daemon.signatures import DkimCheck
from daemon.storage.casefile import id_of
from daemon.storage.store import Store
from daemon.team_model import find
from responders.letter import Letter
from responders.mime import to_bytes
from responders.voice import TeamVoice


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """To whom and as whom letters are written."""

    voice: TeamVoice
    from_display: str
    from_address: str
    recipients: tuple[str, ...]
    """Addresses of the team, to whom suggested answers go."""
    seal: Seal | None = None
    """Makes the proof that answers are known by; without it nobody can act by reply."""
    reply_to: str = ""
    """Where answers to case letters go, "+{token}" standing for the proof; empty for the From address."""
    faults: TemplateFaults = field(default_factory=TemplateFaults, compare=False)
    """What went wrong with the team's own templates."""

    def copies(
        self, letter: Letter, to: Sequence[str] | None = None, *, bundle: int | None = None
    ) -> Mapping[str, bytes]:
        """The finished message for each recipient; `bundle` is what a letter about several matters lists."""
        return {
            recipient: to_bytes(
                letter,
                from_display=self.from_display,
                from_address=self.from_address,
                recipient=recipient,
                instance=self.voice.instance,
                message_id=personal_id(letter.message_id, token)
                if (token := self._token(letter, recipient, bundle))
                else None,
                reply_to=self.reply_to.replace("{token}", token) if token and self.reply_to else None,
            )
            for recipient in (self.recipients if to is None else to)
        }

    def _token(self, letter: Letter, recipient: str, bundle: int | None) -> str | None:
        """The proof for whoever answers this copy; null for a letter about no case."""
        if self.seal is not None and bundle is not None:
            return self.seal.bundle_token(bundle, recipient, letter.date)
        case_id = id_of(letter.case)
        if self.seal is None or case_id is None:
            return None
        return self.seal.token(case_id, recipient, letter.date)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What one installation works with."""

    store: Store
    jury: Jury
    terms: Terms
    post: Post | None
    """Null when no letters are written: an import without settings."""
    team: Team | None = None
    """Whose replies are heard; null for nobody's."""
    roster: Roster | None = None
    """Tells how long a case may be snoozed; null when no ladder climbs."""
    storm_cases: int = 0
    """More new cases than this within an hour are told in one letter; 0 to tell each by itself."""

    def send(self, letter: Letter, now: datetime, to: Sequence[str] | None = None) -> bool:
        """Put a letter into the outbox, for the team or for `to`; False when it is there already."""
        return self.post is not None and self.store.enqueue(letter, self.post.copies(letter, to), now)


def post_of(settings: Settings) -> Post:
    """How the settings say that letters are written."""
    team, faults = settings.team, TemplateFaults()
    return Post(
        voice=TeamVoice(
            language=team.language,
            zone=ZoneInfo(team.time_zone),
            instance=settings.instance,
            domain=settings.from_address.rpartition("@")[2],
            address=settings.from_address,
            answers_to=settings.answers_to,
            work=settings.working_time,
            templates=proven_templates(settings.templates, faults),
            on_fault=faults.tell,
        ),
        from_display=settings.from_display,
        from_address=settings.from_address,
        recipients=tuple(sorted(team.addresses)),
        reply_to=settings.reply_to,
        faults=faults,
    )


def rules_of(settings: Settings) -> Rules:
    """How the settings say that mail is judged."""
    return Rules(
        policy=settings.policy,
        trusted_authserv=settings.trusted_authserv_ids,
        marketplaces=tuple((account.name, account.marketplace) for account in settings.accounts),
        instance=settings.instance,
        domain=settings.from_address.rpartition("@")[2],
        reply_to=settings.reply_to,
        dkim=DkimCheck(name_servers=settings.name_servers) if settings.check_dkim else None,
        team_model=find(settings.state_directory),
    )


def desk_of(settings: Settings, store: Store, jury: Jury) -> Desk:
    """The desk that the settings describe."""
    terms = Terms(proof=bool(settings.trusted_authserv_ids), past_after=settings.policy.past_after)
    post = replace(post_of(settings), seal=seal_of(store))
    return Desk(
        store=store,
        jury=jury,
        terms=terms,
        post=post,
        team=settings.team,
        roster=roster_of(settings),
        storm_cases=settings.ladder.storm_cases,
    )
