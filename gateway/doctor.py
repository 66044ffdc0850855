"""What is wrong with an installation, and how to mend it: each check says what it found, where, and the cure."""

import os
import shutil
import stat
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from gateway import bootstrap, config, doctor_ways, reference_file
from gateway.bootstrap import House
from gateway.config import GatewaySettings
from gateway.core.errors import GatewayError
from gateway.findings import Told, Weight

OLDEST_POSTGRES: Final = 15
_MOST_LAG: Final = timedelta(seconds=5)
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_PER_CENT: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check found, and what to do about it."""

    check: str
    weight: Weight
    what: str = ""
    cure: str = ""


def examine(home: Path) -> list[Finding]:
    """Return what every check found; those of the database are not run where it cannot be opened."""
    home = home.resolve()
    try:
        settings = config.load(home)
    except GatewayError as error:
        return [Finding(check="settings", weight=Weight.FAULT, what=str(error), cure="Correct that file.")]
    found = [Finding(check="settings", weight=Weight.OK)]
    for name, of_folder in _FOLDER_CHECKS.items():
        found += _findings(name, of_folder(home, settings))
    try:
        with bootstrap.opened(home) as house:
            for name, of_house in _HOUSE_CHECKS.items():
                found += _findings(name, of_house(house))
    except GatewayError as error:
        found.append(Finding(check="database", weight=Weight.FAULT, what=str(error), cure="Then run this again."))
    return found


def _findings(name: str, told: Told) -> list[Finding]:
    try:
        found = [Finding(check=name, weight=weight, what=what, cure=cure) for weight, what, cure in told]
    except GatewayError as error:
        found = [Finding(check=name, weight=Weight.FAULT, what=str(error))]
    return found or [Finding(check=name, weight=Weight.OK)]


def _rights(home: Path, _settings: GatewaySettings) -> Told:
    """Look who else may read the home: settings, host keys and kept bytes are in it."""
    for path in (home, home / config.FILE_NAME, *sorted((home / "host-keys").glob("*_key"))):
        seen = path.stat()
        inside = path != home and not home.stat().st_mode & _OTHERS  # nobody gets as far as the file
        if seen.st_mode & _OTHERS and not inside:
            mode = "700" if path.is_dir() else "600"
            yield Weight.FAULT, f"Others can read {path}.", f"chmod {mode} {path}"
        if seen.st_uid != os.geteuid():
            yield (
                Weight.FAULT,
                f"{path} belongs to another user.",
                f"chown it to uid {os.geteuid()}, or run as its owner.",
            )


def _disk(home: Path, settings: GatewaySettings) -> Told:
    usage = shutil.disk_usage(home)
    free = _PER_CENT * usage.free / usage.total
    if free < settings.alerts.disk_free_percent:
        yield (
            Weight.FAULT,
            f"{free:.0f} % of the disk of {home} is free.",
            "Make room, or move the home.",
        )


def _database(house: House) -> Told:
    seen = house.record.operations.standings.database()
    if seen.version < OLDEST_POSTGRES:
        yield Weight.FAULT, f"The database is PostgreSQL {seen.version}.", f"Use {OLDEST_POSTGRES} or later."


def _clock(house: House) -> Told:
    lag = house.record.operations.standings.database().lag
    if abs(lag) > _MOST_LAG:
        seconds = lag.total_seconds()
        yield (
            Weight.FAULT,
            f"The database's clock differs by {seconds:.0f} s.",
            "Let NTP set both clocks.",
        )


def _file_store(house: House) -> Told:
    house.gateway.files.probe()
    yield from ()


def _workers(house: House) -> Told:
    seen = house.record.operations.workers.all()
    standing = house.record.operations.standings.standing()
    for worker in seen:
        if worker.is_dead:
            yield Weight.FAULT, f"Worker {worker.name} has said nothing for a minute.", "Look at its host, restart it."
    if not any(it.ended_how is None and not it.is_dead for it in seen):
        weight = Weight.FAULT if standing.waiting else Weight.NOTICE
        waits = f"No worker lives, and {standing.waiting} submissions wait."
        yield weight, waits, "Start `gateway serve` or `gateway worker`."


def _queue(house: House) -> Told:
    standing = house.record.operations.standings.standing()
    if standing.oldest_s > house.settings.alerts.oldest_s:
        what = f"The oldest of {standing.waiting + standing.working} submissions has waited {standing.oldest_s:.0f} s."
        yield Weight.FAULT, what, "Start more workers (`workers.count`, `gateway worker` on other machines)."


def _parked(house: House) -> Told:
    for submission in house.record.operations.standings.standing().parked:
        cure = f"`gateway submissions show {submission}` says why; then `release` or `replay` it."
        yield Weight.FAULT, f"Submission {submission} is parked.", cure


def _reference(house: House) -> Told:
    missing = set(reference_file.names()) - {it.name for it in house.record.reference.versions()}
    if missing:
        what = f"Reference lists are not loaded: {', '.join(sorted(missing))}."
        yield (
            Weight.NOTICE,
            what,
            "`gateway reference load FILE`; without them rules are not run.",
        )


def _alerts(house: House) -> Told:
    if not bootstrap.messengers(house.settings):
        yield Weight.NOTICE, "Alerts are in the log alone.", "Set `[alerts.mail]` or `[alerts.webhook]`."


_FOLDER_CHECKS: Final[dict[str, Callable[[Path, GatewaySettings], Told]]] = {
    "rights": _rights,
    "disk": _disk,
    **doctor_ways.ALONE,
}
_HOUSE_CHECKS: Final[dict[str, Callable[[House], Told]]] = {
    "database": _database,
    "clock": _clock,
    "file store": _file_store,
    **doctor_ways.OF_HOUSE,
    "workers": _workers,
    "queue": _queue,
    "parked": _parked,
    "reference lists": _reference,
    "alerts": _alerts,
}
