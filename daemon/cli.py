"""The command line: every command's name, options and help; what a command does is in `commands/`.

Each body imports its module when it runs, so that `--help` answers at once. Typer is used in the `cli` modules and
nowhere else.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from daemon.cli_acts import add_acts, rota_app
from daemon.cli_answers import add_answers
from daemon.cli_config import config_app
from daemon.cli_develop import add_development
from daemon.cli_evidence import evidence_app
from daemon.cli_options import Database, Json, Mails, Now, SettingsFile, Store, Trusted
from daemon.cli_service import page_app
from daemon.cli_simulate import add_simulation

app = typer.Typer(
    name="claimclock",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
cases_app = typer.Typer(help="The cases: what is due, and what happened.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(cases_app, name="cases")
app.add_typer(config_app, name="config")
app.add_typer(evidence_app, name="evidence")
app.add_typer(rota_app, name="rota")
app.add_typer(page_app, name="page")
add_acts(cases_app)


def print_version(asked: bool) -> None:
    """The answer to `--version`."""
    if asked:
        from importlib.metadata import version

        print(f"claimclock {version('claimclock')}")
        raise typer.Exit


@app.callback()
def claimclock(
    _version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=print_version, help="Print the version and end.")
    ] = False,
) -> None:
    """Watch seller mailboxes for Amazon claims and customer-service requests, so that each is answered in time.

    Mail goes to the team, never to anybody else.
    """


@app.command(epilog="Example: claimclock triage inbox/ --json --trusted-authserv mx.seller.example")
def triage(
    paths: Mails,
    as_json: Json = False,
    now: Now = None,
    marketplace: Store = None,
    trusted_authserv: Trusted = None,
) -> None:
    """Judge mails: what each is, what is due, and why.

    Needs no settings, no network and no database, and changes nothing.
    """
    from daemon.commands import triage as command

    raise typer.Exit(
        command.triage(paths, as_json=as_json, now=now, marketplace=marketplace, trusted=tuple(trusted_authserv or ()))
    )


@app.command(epilog="Example: claimclock digest --preview digest.html")
def digest(
    preview: Annotated[
        Path | None, typer.Option("--preview", metavar="FILE", help="Where to write the digest as a page.")
    ] = None,
    person: Annotated[
        str | None, typer.Option("--person", metavar="NAME", help="Somebody's own digest; default: the team's.")
    ] = None,
    now: Now = None,
    settings: SettingsFile = None,
    database: Database = None,
) -> None:
    """Print the digest as it would be now; sends nothing."""
    from daemon.commands import digest as command

    raise typer.Exit(command.digest(preview=preview, person=person, now=now, settings_path=settings, database=database))


@app.command(epilog="Example: claimclock explain claim.eml")
def explain(
    path: Annotated[str, typer.Argument(metavar="FILE", help="One mail; - is standard input.")],
    now: Now = None,
    marketplace: Store = None,
    trusted_authserv: Trusted = None,
    settings: SettingsFile = None,
) -> None:
    """Show every reason behind one mail's judgement.

    Every vote, the deadline's sentence, the clock in the store's zone and the suggested reply. Changes nothing and
    sends nothing.
    """
    from daemon.commands import explain as command

    raise typer.Exit(
        command.explain(
            path, now=now, marketplace=marketplace, trusted=tuple(trusted_authserv or ()), settings_path=settings
        )
    )


@app.command(epilog="Example: claimclock ingest archive.mbox --account eu")
def ingest(
    paths: Mails,
    now: Now = None,
    account: Annotated[
        str, typer.Option("--account", metavar="NAME", help="The seller account that the mails belong to.")
    ] = "import",
    trusted_authserv: Trusted = None,
    settings: SettingsFile = None,
    database: Database = None,
) -> None:
    """File cases from mails in files.

    For an archive or an import; the same pipeline as the mailbox's. Letters about open matters wait for the service.

    Without a settings file the database lies in the user's state directory.
    """
    from daemon.commands import ingest as command

    raise typer.Exit(
        command.ingest(
            paths,
            now=now,
            account=account,
            trusted=tuple(trusted_authserv or ()),
            settings_path=settings,
            database=database,
        )
    )


@app.command(epilog="Example: claimclock poll --dry-run")
def poll(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read and judge, but store, file and send nothing.")
    ] = False,
    now: Now = None,
    settings: SettingsFile = None,
) -> None:
    """Read every account once, file, send, and end."""
    from daemon.commands import service as command

    raise typer.Exit(command.poll(settings_path=settings, dry_run=dry_run, now=now))


@app.command(epilog="Example: claimclock run --settings /etc/claimclock/claimclock.toml")
def run(settings: SettingsFile = None) -> None:
    """Run the service until it is told to stop.

    SIGTERM finishes the current mail and stops; SIGHUP reads the settings again.
    """
    from daemon.commands import service as command

    raise typer.Exit(command.run(settings_path=settings))


@cases_app.command("list", epilog="Example: claimclock cases list --all --json")
def cases_list(
    as_json: Json = False,
    all_: Annotated[bool, typer.Option("--all", help="Include closed cases.")] = False,
    now: Now = None,
    settings: SettingsFile = None,
    database: Database = None,
) -> None:
    """List the cases, most urgent first."""
    from daemon.commands import cases as command

    raise typer.Exit(command.list_cases(as_json=as_json, all_=all_, now=now, settings_path=settings, database=database))


@cases_app.command("show", epilog="Example: claimclock cases show CC-000123")
def cases_show(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The case number, such as CC-000123.")],
    as_json: Json = False,
    now: Now = None,
    settings: SettingsFile = None,
    database: Database = None,
) -> None:
    """Show one case and everything that happened in it."""
    from daemon.commands import cases as command

    raise typer.Exit(command.show_case(number, as_json=as_json, now=now, settings_path=settings, database=database))


@app.command(epilog="Example: claimclock review")
def review(as_json: Json = False, settings: SettingsFile = None, database: Database = None) -> None:
    """List the mails that a person must look at.

    Forgeries, and mail from Amazon that was not understood.
    """
    from daemon.commands import cases as command

    raise typer.Exit(command.list_review(as_json=as_json, settings_path=settings, database=database))


@app.command(epilog="Example: claimclock retry")
def retry(now: Now = None, settings: SettingsFile = None, database: Database = None) -> None:
    """Process the mails in quarantine again."""
    from daemon.commands import retry as command

    raise typer.Exit(command.retry(now=now, settings_path=settings, database=database))


@app.command(epilog="Example: claimclock reconcile --account eu")
def reconcile(
    account: Annotated[
        str | None, typer.Option("--account", metavar="NAME", help="Only this account; default: all.")
    ] = None,
    as_json: Json = False,
    now: Now = None,
    settings: SettingsFile = None,
) -> None:
    """Prove that no mail is missing: compare every mailbox with the ledger.

    What is missing is fetched and filed; exit 1 when anything is left. Beside the running service it only counts.
    """
    from daemon.commands import reconcile as command

    raise typer.Exit(command.reconcile_all(account=account, as_json=as_json, now=now, settings_path=settings))


@app.command(epilog="Example: claimclock backup /var/backups/claimclock-2026-11-25.db")
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The copy to make; it must not exist.")],
    settings: SettingsFile = None,
    database: Database = None,
) -> None:
    """Copy the database to a file, while the service runs.

    Large messages go to FILE.spool beside it. How to restore stands in docs/operations.md.
    """
    from daemon.commands import maintenance as command

    raise typer.Exit(command.backup(file, settings_path=settings, database=database))


@app.command(epilog="Example: claimclock retention --dry-run")
def retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what would be erased.")] = False,
    now: Now = None,
    settings: SettingsFile = None,
    database: Database = None,
) -> None:
    """Erase the texts of mails and letters that are no longer needed.

    By the settings' [retention]; the service does the same once a day.
    """
    from daemon.commands import maintenance as command

    raise typer.Exit(command.retention(dry_run=dry_run, now=now, settings_path=settings, database=database))


@app.command(epilog="Example: claimclock migrate")
def migrate(settings: SettingsFile = None, database: Database = None) -> None:
    """Bring the database up to this version's schema.

    The service does the same when it starts; run it by hand to see it happen.
    """
    from daemon.commands import maintenance as command

    raise typer.Exit(command.migrate(settings_path=settings, database=database))


@app.command(epilog="Example: claimclock check --online")
def check(
    online: Annotated[bool, typer.Option("--online", help="Also log in to every mail server.")] = False,
    settings: SettingsFile = None,
) -> None:
    """Check everything and list every problem at once.

    Settings, policy, secrets and database; with --online also every login.
    """
    from daemon.commands import check as command

    raise typer.Exit(command.check(settings_path=settings, online=online))


@app.command(epilog="Example: claimclock status --json")
def status(as_json: Json = False, now: Now = None, settings: SettingsFile = None, database: Database = None) -> None:
    """Say whether mail is being read (exit 1 when not)."""
    from daemon.commands import status as command

    raise typer.Exit(command.status(as_json=as_json, now=now, settings_path=settings, database=database))


add_answers(app)
add_development(app)
add_simulation(app)


def main() -> None:
    """Run the command line; people get one clear sentence, never a stack trace."""
    os.umask(0o077)  # mails, letters and databases are for this user alone
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader left: nothing more to flush to it
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except Exception as error:
        from daemon.faults import exit_status, told

        print(f"claimclock: {told(error)}", file=sys.stderr)
        raise SystemExit(exit_status(error)) from None
