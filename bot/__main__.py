"""The command line: `python -m bot --help` lists what there is."""

import argparse
import asyncio
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.settings import Settings, load_settings
from domain.errors import CostbotError

Run = Callable[[Settings, argparse.Namespace], int | None]

# Each command imports what it needs inside its function: `ask` must not pay for a web server.


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 refused with one clear line on standard error, 130 interrupted.

    The doctor leaves with 1 for warnings and 2 for what is broken, settings included.
    """
    given = _parser().parse_args(arguments)
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    try:
        return int(given.run(load_settings(os.environ), given) or 0)
    except CostbotError as error:
        print(f"costbot: {error}", file=sys.stderr)
        return int(given.fails)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader, `head` for one, has seen enough; Python must not complain at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("costbot", description="A ChatOps bot for AWS cost.")
    commands = parser.add_subparsers(required=True, metavar="command")

    def add(name: str, run: Run, summary: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=summary, description=summary)
        command.set_defaults(run=run, fails=1)
        return command

    add("run", _run, "start the bot for Slack and Teams")
    add("console", _console, "talk to the bot in this terminal")
    ask = add("ask", _ask, "ask one question and leave")
    ask.add_argument("text", nargs="*", help="the words after /cost")
    ask.add_argument("--json", action="store_true", help="print the answer as JSON")
    load = add("load", _load, "load bills: FOCUS 1.0 / 1.2, CUR 2.0, legacy CUR")
    load.add_argument(
        "path", nargs="+", help="a file, a folder, an export manifest, s3://… or dynamodb://…"
    )
    demo = add("demo", _demo, "try everything with a made-up organisation")
    stories = ("spike", "saving", "budget", "daily")
    demo.add_argument("story", nargs="?", choices=stories, help="one of the stories to tell first")
    demo.add_argument(
        "--send", action="store_true", help="tell it in the workspaces of the settings"
    )
    detect = add("detect", _detect, "look for findings now, and record what is found")
    detect.add_argument("--json", action="store_true", help="print the findings as JSON")
    doctor = add("doctor", _doctor, "look at everything the bot needs, and say what to do")
    doctor.add_argument("--json", action="store_true", help="print the remarks as JSON")
    doctor.add_argument("what", nargs="?", choices=("iam",), help="iam: the rights needed at AWS")
    forms = ("json", "terraform", "cloudformation")
    doctor.add_argument("--format", choices=forms, default="json", help="how to print the rights")
    doctor.add_argument("--of", choices=("bot", "role"), help="only those of the bot, or the role")
    doctor.set_defaults(fails=2)
    add("list", _list, "what the bot knows: commands, actions and alerts")
    gallery = add("gallery", _gallery, "draw every example card as Slack and Teams show it")
    gallery.add_argument("folder", type=Path)
    add("migrate", _migrate, "bring the database to the newest shape")
    backup = add("backup", _backup, "write all that is remembered to a file; the bot may run")
    backup.add_argument("file", type=Path)
    restore = add("restore", _restore, "put a backup in the place of the database")
    restore.add_argument("file", type=Path)
    manifest = add("manifest", _manifest, "what Slack or Teams need to install the bot")
    platforms = manifest.add_subparsers(required=True, metavar="platform", dest="platform")
    slack = platforms.add_parser("slack", help="print Slack's app manifest")
    slack.add_argument("--socket", action="store_true", help="for Socket Mode, without addresses")
    teams = platforms.add_parser("teams", help="write the Teams app package, a zip file")
    teams.add_argument("file", type=Path)
    return parser


def _now() -> datetime:
    return datetime.now(UTC)


def _run(settings: Settings, _given: argparse.Namespace) -> None:
    from bot.app import serve

    logging.getLogger().setLevel(logging.INFO)
    asyncio.run(serve(settings, _now))


def _console(settings: Settings, _given: argparse.Namespace) -> None:
    from bot.adapters import console
    from bot.adapters.room import Room
    from bot.assembly import assemble

    asyncio.run(console.converse(Room(assemble(settings, _now))))


def _ask(settings: Settings, given: argparse.Namespace) -> int:
    from bot.adapters.room import HERE, ME
    from bot.assembly import assemble
    from cards import data, text

    router = assemble(settings, _now)
    answer = asyncio.run(router.ask(" ".join(given.text), ME, HERE))
    plain = text.render(answer.card, colour=sys.stdout.isatty() and not given.json)
    if given.json:
        print(json.dumps(data.answer(answer.card, plain, answer.table, answer.settled_through)))
    else:
        print(plain)
    return 1 if answer.refused else 0


def _load(settings: Settings, given: argparse.Namespace) -> None:
    from bot.loading import loaded

    for said in loaded(given.path, settings, _now(), _progress):
        print(said, flush=True)


def _progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _demo(settings: Settings, given: argparse.Namespace) -> None:
    from bot.demo import play

    asyncio.run(play(settings, _now, given.story or "", given.send))


def _detect(settings: Settings, given: argparse.Namespace) -> None:
    from bot.assembly import parts
    from bot.detecting import detect, printed

    found = asyncio.run(detect(parts(settings, _now)))
    print(printed(found, as_json=given.json), end="")


def _doctor(settings: Settings, given: argparse.Namespace) -> int:
    if given.what == "iam":
        from bot.doctor.iam import printed

        print(printed(settings, given.format, given.of), end="")
        return 0
    from bot.doctor.examine import as_json, as_text, examine, verdict
    from bot.doctor.model import Patient

    remarks = asyncio.run(examine(Patient(settings, _now())))
    print(as_json(remarks) if given.json else as_text(remarks))
    return verdict(remarks)


def _list(_settings: Settings, _given: argparse.Namespace) -> None:
    from bot import registry

    for kind, found in (
        ("command", registry.commands()),
        ("action", registry.actions()),
        ("alert", registry.alerts()),
    ):
        for name, handler in found.items():
            print(f"{kind:8} {name:12} {handler.summary}")


def _gallery(_settings: Settings, given: argparse.Namespace) -> None:
    from bot.gallery import build

    *pictures, index = build(given.folder)
    print(f"{len(pictures)} pictures are drawn. Open {index}")


def _migrate(settings: Settings, _given: argparse.Namespace) -> None:
    from bot.keeping import migrated

    print(migrated(settings))


def _backup(settings: Settings, given: argparse.Namespace) -> None:
    from bot.keeping import backed_up

    print(backed_up(settings, given.file))


def _restore(settings: Settings, given: argparse.Namespace) -> None:
    from bot.keeping import restored

    print(restored(settings, given.file, _now()))


def _manifest(settings: Settings, given: argparse.Namespace) -> None:
    from bot import manifest

    if given.platform == "slack":
        print(manifest.slack(settings.public_url, socket_mode=given.socket), end="")
    else:
        manifest.write_teams(given.file, settings.teams_app_id, settings.public_url)
        print(f"{given.file} is written. In Teams: Apps, Manage your apps, Upload an app.")


if __name__ == "__main__":
    sys.exit(main())
