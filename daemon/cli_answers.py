"""The commands about answers and what was learnt from them: tone, lessons, report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from daemon.cli_options import Database, Json, Now, SettingsFile

lessons_app = typer.Typer(help="What cases taught.", no_args_is_help=True, rich_markup_mode=None)


def add_answers(app: typer.Typer) -> None:
    """Add the commands to the program's."""
    app.command(epilog="Example: claimclock tone answer.txt --for claim_form")(tone)
    app.command(epilog="Example: claimclock report --from 2026-07-01 --to 2026-09-30 --html report.html")(report)
    app.add_typer(lessons_app, name="lessons")


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


def report(
    first: Annotated[
        str | None, typer.Option("--from", metavar="DAY", help="First day, such as 2026-07-01; default: 90 days back.")
    ] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DAY", help="Last day; default: today.")] = None,
    as_json: Json = False,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Write it as CSV; - is standard output.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write it as a page that needs nothing else.")
    ] = None,
    mail: Annotated[bool, typer.Option("--mail", help="Send it to the leads, through the outbox.")] = False,
    now: Now = None,
    settings: SettingsFile = None,
    database: Database = None,
) -> None:
    """Report on outcomes: win rates, money kept and lost, what comes again and again, and how to prevent it.

    By kind, reason, evidence on file, response time, store and who answered. Buyers appear as codes.
    """
    from daemon.commands import report as command

    raise typer.Exit(
        command.report(
            first=first,
            last=last,
            json_lines=as_json,
            csv_file=csv,
            html_file=html,
            mail=mail,
            now=now,
            settings_path=settings,
            database=database,
        )
    )


@lessons_app.command("list", epilog="Example: claimclock lessons list --case CC-000123")
def lessons_list(
    case: Annotated[str | None, typer.Option("--case", metavar="NUMBER", help="Only what this case taught.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=2000, help="At most so many, newest first.")] = 100,
    as_json: Json = False,
    settings: SettingsFile = None,
    database: Database = None,
) -> None:
    """List what cases taught, newest first."""
    from daemon.commands import lessons as command

    raise typer.Exit(
        command.list_lessons(case=case, limit=limit, as_json=as_json, settings_path=settings, database=database)
    )


@lessons_app.command("add", epilog='Example: claimclock lessons add CC-000123 --missing "first scan" --as Ana')
def lessons_add(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The case number, such as CC-000123.")],
    decided: Annotated[str, typer.Option("--decided", metavar="TEXT", help="The evidence that decided it.")] = "",
    missing: Annotated[str, typer.Option("--missing", metavar="TEXT", help="What was missing.")] = "",
    misread: Annotated[str, typer.Option("--misread", metavar="TEXT", help="Which policy was misread.")] = "",
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="Anything else.")] = "",
    by: Annotated[
        str | None, typer.Option("--as", metavar="NAME", help="Who says so; default: the login name.")
    ] = None,
    now: Now = None,
    settings: SettingsFile = None,
    database: Database = None,
) -> None:
    """Keep what a case taught; it stands in later letters on similar cases.

    By mail: answer the form that comes after a case, or any of its letters with "lesson" in the first line.
    """
    from daemon.commands import lessons as command
    from responders.lessons import LessonWords

    words = LessonWords(decided=decided, missing=missing, misread=misread, other=note)
    raise typer.Exit(command.add_lesson(number, words, by=by, now=now, settings_path=settings, database=database))
