"""What is wrong with the ways in and out of an installation: ports, certificate, folders, partners' servers."""

import os
import socket
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from gateway import bootstrap
from gateway.bootstrap import House
from gateway.config import GatewaySettings
from gateway.core.submission import Folder
from gateway.findings import Told, Weight
from gateway.secret_files import refuse_readable

SOON: Final = timedelta(days=21)
"""Before its certificate ends a service needs another: time enough to get one."""
_PATIENCE_S: Final = 2.0
_REFUSED: Final = "cannot be reached: nobody listens there"


def sftp_port(_home: Path, settings: GatewaySettings) -> Told:
    """Ask who has the SFTP port: nobody, or an SSH server, which is the gateway itself."""
    where = f"{settings.sftp.host}:{settings.sftp.port}"
    wrong = _wrong_with(settings.sftp.host, settings.sftp.port)
    if wrong == _REFUSED:
        yield Weight.NOTICE, f"Nobody listens on {where}.", "Start `gateway serve` or `gateway sftp`."
    elif wrong:
        yield Weight.FAULT, f"{where} {wrong}.", "Stop what has the port, or correct `sftp.host` and `sftp.port`."


def portal(home: Path, settings: GatewaySettings) -> Told:
    """Ask whether somebody has the port of the HTTP interface, and how long its certificate holds."""
    it = settings.portal
    if it is None:
        return
    try:
        socket.create_connection((it.host, it.port), _PATIENCE_S).close()
    except OSError:
        yield Weight.NOTICE, f"Nobody listens on {it.host}:{it.port}.", "Start `gateway serve` or `gateway portal`."
    if it.key_file is not None and it.certificate_file is not None:
        refuse_readable(home / it.key_file, "the key of the HTTP interface (portal.key_file)")
        yield from _certificate(home / it.certificate_file, bootstrap.now())


def _certificate(path: Path, moment: datetime) -> Told:
    from cryptography import x509

    try:
        ends = x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
    except (OSError, ValueError):
        yield Weight.FAULT, f"{path} is no certificate.", "Correct `portal.certificate_file`; PEM is wanted."
        return
    if ends < moment + SOON:
        weight = Weight.FAULT if ends < moment else Weight.NOTICE
        yield weight, f"The certificate {path} ends on {ends:%d %B %Y}.", "Get another, put it there and restart."


def folder(house: House) -> Told:
    """Look whether the folders that an outside server serves are there, may be used, and can be told to be whole."""
    settings = house.settings.folder
    if settings.root is None:
        return
    if not os.access(settings.root, os.R_OK | os.W_OK | os.X_OK):
        yield Weight.FAULT, f"{settings.root} cannot be used.", "Check `folder.root` and who owns it."
        return
    if settings.complete == "log" and (settings.log is None or not os.access(settings.log, os.R_OK)):
        what = f"The log of the outside server, {settings.log}, cannot be read, so no upload is known to be whole."
        yield Weight.FAULT, what, "Check `folder.log`, or set `folder.complete` to rename or done."
    for organisation in house.record.organisations.all():
        for place in (it for it in Folder if not (settings.root / organisation.id / it.value).is_dir()):
            where = settings.root / organisation.id / place.value
            yield Weight.NOTICE, f"{organisation.id} has no folder {where}.", f"mkdir -p {where}, owned by that user."


def partners(house: House) -> Told:
    """Knock at each partner's server."""
    for it in house.settings.partners:
        refuse_readable(house.home / it.key_file, f"our key for {it.organisation} (partners.key_file)")
        if house.record.organisations.find(it.organisation) is None:
            cure = "`gateway organisation add`, or take its [[partners]] out."
            yield Weight.FAULT, f"There is no organisation {it.organisation}.", cure
        wrong = _wrong_with(it.host, it.port)
        if wrong:
            what = f"{it.host}:{it.port}, the server of {it.organisation}, {wrong}."
            yield Weight.FAULT, what, "Ask the partner; check `host`, `port` and the network between."


def _wrong_with(host: str, port: int) -> str:
    """Return what is wrong with who listens there and should be an SSH server; nothing where one answers soon."""
    try:
        with socket.create_connection((host, port), _PATIENCE_S) as it:
            it.settimeout(_PATIENCE_S)
            return "" if it.recv(4) == b"SSH-" else "is no SSH server"
    except ConnectionRefusedError:
        return _REFUSED
    except TimeoutError:
        return "does not answer as an SSH server does"
    except OSError as error:
        return f"cannot be reached: {error.strerror}"


ALONE: Final = {"port": sftp_port, "portal": portal}
"""Checks that need no database."""
OF_HOUSE: Final = {"folder": folder, "partners": partners}
