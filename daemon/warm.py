"""What all judging processes share: imported once, before they are forked from their server, and never elsewhere.

The tables of models and languages are large; loaded here, their memory is one copy for all processes.
"""

from __future__ import annotations

import gc
from contextlib import suppress
from datetime import UTC, datetime

from classifiers.model import load_voter
from config.policy import default_policy
from daemon.reading import Rules, Unread, read

_SENTENCES = (
    "Good morning, we kindly ask you to answer this question within three days.",
    "Guten Morgen, wir bitten Sie freundlich, diese Frage innerhalb von drei Tagen zu beantworten.",
    "Bonjour, nous vous prions de répondre à cette question dans un délai de trois jours.",
    "Buongiorno, La preghiamo di rispondere a questa domanda entro tre giorni.",
    "Buenos días, le rogamos que responda a esta pregunta en un plazo de tres días.",
    "Bom dia, pedimos que responda a esta pergunta no prazo de três dias.",
    "Goedemorgen, wij vragen u vriendelijk deze vraag binnen drie dagen te beantwoorden.",
    "God morgon, vi ber dig vänligen att besvara den här frågan inom tre dagar.",
    "Dzień dobry, uprzejmie prosimy o odpowiedź na to pytanie w ciągu trzech dni.",
    "Günaydın, bu soruyu üç gün içinde yanıtlamanızı rica ederiz.",
    "おはようございます。この質問に三日以内にご回答くださいますようお願いいたします。",
    "早上好，请您在三天之内回复这个问题，谢谢您的配合。",
)
"""One a language, so that the vocabulary of each is loaded."""


def warm() -> None:
    """Judge a mail in every language, so that everything is loaded that is loaded at first use."""
    voter = load_voter()
    if voter is not None:
        voter.vote(_SENTENCES)
    rules = Rules(policy=default_policy(), trusted_authserv=(), marketplaces=(), instance="warm", domain="warm.invalid")
    now = datetime.now(UTC)
    for sentence in _SENTENCES:
        raw = f"From: a@seller.example\r\nSubject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{sentence}\r\n"
        read(Unread(place_id=0, account="", sha256="", raw=raw.encode(), internal_date=now, read_at=now), rules)
    gc.collect()
    gc.freeze()  # a later collection would write to every object and so copy its page


with suppress(Exception):  # what fails here fails again, with its reason, when a mail is judged
    warm()
