"""The commands about answers and what was learnt from them: tone."""

from __future__ import annotations

from typing import Annotated

import typer

from daemon.cli_options import Json


def add_answers(app: typer.Typer) -> None:
    """Add the commands to the program's."""
    app.command(epilog="Example: claimclock tone answer.txt --for claim_form")(tone)


def tone(
    source: Annotated[str, typer.Argument(metavar="FILE", help="A file with the text; - is standard input.")],
    language: Annotated[
        str | None, typer.Option("--language", metavar="xx", help="The text's language; default: found by itself.")
    ] = None,
    place: Annotated[
        str | None,
        typer.Option(
            "--for", metavar="PLACE", help="Where it goes, for its length: claim_form, relay_reply, buyer_message …"
        ),
    ] = None,
    explain: Annotated[str, typer.Option("--explain", metavar="en", help="Language of the reasons: en or zh.")] = "en",
    as_json: Json = False,
) -> None:
    """Check an answer before it is sent: emotion, blame, threats, promises, reviews, links, contact data, liability.

    Prints the words, why they harm and what to write instead; exit 1 when anything is found. Needs no settings.
    """
    from daemon.commands import tone as command

    raise typer.Exit(command.tone(source, language=language, place=place, explain=explain, as_json=as_json))
