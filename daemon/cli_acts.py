"""What people say about cases on the command line, and who is on call."""

from __future__ import annotations

from typing import Annotated

import typer

from daemon.cli_options import At, Database, Json, Now, SettingsFile

rota_app = typer.Typer(help="Who is on call.", no_args_is_help=True, rich_markup_mode=None)

Number = Annotated[str, typer.Argument(metavar="NUMBER", help="The case number, such as CC-000123.")]
By = Annotated[
    str | None, typer.Option("--as", metavar="NAME", help="Who says so; default: the login name, if it is in the team.")
]
Remark = Annotated[str, typer.Option("--note", metavar="TEXT", help="A remark for the case's trail.")]
Lesson = Annotated[str, typer.Option("--note", metavar="TEXT", help="What decided it, for the next case.")]


def add_acts(cases: typer.Typer) -> None:
    """Put the acts beside the other commands on cases; each needs the service stopped, or a reply by mail instead."""
    for act in (ack, mine, assign, done, snooze, note, won, lost, reopen):
        cases.command(act.__name__, epilog=f"Example: claimclock cases {_EXAMPLES[act.__name__]}")(act)
    cases.command(epilog='Example: claimclock cases reclassify CC-000123 cs_request --note "no claim yet"')(reclassify)


_EXAMPLES = {
    "ack": "ack CC-000123 --as Ana",
    "mine": "mine CC-000123 --as Ana",
    "assign": "assign CC-000123 Bo --as Ana",
    "done": 'done CC-000123 --note "answered at 14:10"',
    "snooze": 'snooze CC-000123 "tomorrow 9:00"',
    "note": 'note CC-000123 "the carrier is asked"',
    "won": 'won CC-000123 --note "signature on delivery"',
    "lost": 'lost CC-000123 --note "no scan at the door"',
    "reopen": "reopen CC-000123",
}


def ack(
    number: Number,
    by: By = None,
    remark: Remark = "",
    now: Now = None,
    settings: SettingsFile = None,
    database: Database = None,
) -> None:
    """Say that you have seen a case: the ladder's next step is left out, the clock runs on."""
    from daemon.commands import acts

    raise typer.Exit(acts.say("ack", number, by=by, note=remark, now=now, settings_path=settings, database=database))


def mine(
    number: Number,
    by: By = None,
    remark: Remark = "",
    now: Now = None,
    settings: SettingsFile = None,
    database: Database = None,
) -> None:
    """Take a case."""
    from daemon.commands import acts

    raise typer.Exit(acts.say("mine", number, by=by, note=remark, now=now, settings_path=settings, database=database))


def assign(
    number: Number,
    person: Annotated[str, typer.Argument(metavar="NAME", help="The name or address of the person who gets it.")],
    by: By = None,
    remark: Remark = "",
    now: Now = None,
    settings: SettingsFile = None,
    database: Database = None,
) -> None:
    """Give a case to somebody."""
    from daemon.commands import acts

    raise typer.Exit(
        acts.say(
            "assign", number, by=by, person=person, note=remark, now=now, settings_path=settings, database=database
        )
    )


def done(
    number: Number,
    by: By = None,
    remark: Remark = "",
    now: Now = None,
    settings: SettingsFile = None,
    database: Database = None,
) -> None:
    """Say that a case is answered: its clock stops, and it waits for Amazon."""
    from daemon.commands import acts

    raise typer.Exit(acts.say("done", number, by=by, note=remark, now=now, settings_path=settings, database=database))


def snooze(
    number: Number,
    until: Annotated[str, typer.Argument(metavar="WHEN", help='3h, "tomorrow 9:00" or an ISO 8601 time.')],
    by: By = None,
    remark: Remark = "",
    now: Now = None,
    settings: SettingsFile = None,
    database: Database = None,
) -> None:
    """Be left alone about a case for a while, never past the point where a step still helps."""
    from daemon.commands import acts

    raise typer.Exit(
        acts.say("snooze", number, by=by, when=until, note=remark, now=now, settings_path=settings, database=database)
    )


def note(
    number: Number,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What to note.")],
    by: By = None,
    now: Now = None,
    settings: SettingsFile = None,
    database: Database = None,
) -> None:
    """Write a line into a case's trail."""
    from daemon.commands import acts

    raise typer.Exit(acts.say("note", number, by=by, note=text, now=now, settings_path=settings, database=database))


def won(
    number: Number,
    by: By = None,
    lesson: Lesson = "",
    now: Now = None,
    settings: SettingsFile = None,
    database: Database = None,
) -> None:
    """Close a case as won."""
    from daemon.commands import acts

    raise typer.Exit(acts.say("won", number, by=by, note=lesson, now=now, settings_path=settings, database=database))


def lost(
    number: Number,
    by: By = None,
    lesson: Lesson = "",
    now: Now = None,
    settings: SettingsFile = None,
    database: Database = None,
) -> None:
    """Close a case as lost."""
    from daemon.commands import acts

    raise typer.Exit(acts.say("lost", number, by=by, note=lesson, now=now, settings_path=settings, database=database))


def reopen(
    number: Number,
    by: By = None,
    remark: Remark = "",
    now: Now = None,
    settings: SettingsFile = None,
    database: Database = None,
) -> None:
    """Open a case again, with the clock that had been stopped."""
    from daemon.commands import acts

    raise typer.Exit(acts.say("reopen", number, by=by, note=remark, now=now, settings_path=settings, database=database))


def reclassify(
    what: Annotated[
        str,
        typer.Argument(
            metavar="CASE_OR_MAIL",
            help="A case (CC-000123), a mail of the review list (M-000123), or a Message-ID.",
        ),
    ],
    kind: Annotated[str, typer.Argument(metavar="KIND", help="What it is, such as atoz_claim, cs_request or notice.")],
    event: Annotated[
        str | None, typer.Option("--event", metavar="EVENT", help="Also the event; default: read from the mail.")
    ] = None,
    by: By = None,
    remark: Remark = "",
    as_json: Json = False,
    now: Now = None,
    settings: SettingsFile = None,
    database: Database = None,
) -> None:
    """Say that a case or a mail is of another kind than it was taken for.

    It is filed anew: a case is opened where one was missing, one that was none is closed. Its text is kept to learn
    from (claimclock train --corrections), and the same command takes it back.
    """
    from daemon.commands import reclassify as command

    raise typer.Exit(
        command.reclassify(
            what,
            kind,
            event=event,
            by=by,
            note=remark,
            as_json=as_json,
            now=now,
            settings_path=settings,
            database=database,
        )
    )


@rota_app.command("show", epilog="Example: claimclock rota show --at 2026-12-24T18:00+01:00")
def rota_show(at: At = None, as_json: Json = False, settings: SettingsFile = None) -> None:
    """Say who is on call, until when, who is next in line, who leads and who is away."""
    from daemon.commands import rota

    raise typer.Exit(rota.show(at=at, as_json=as_json, settings_path=settings))
