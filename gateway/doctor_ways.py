"""What is wrong with the ways in and out of an installation: ports, certificate, folders, partners' servers."""

import os
import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from gateway import bootstrap
from gateway.bootstrap import House
from gateway.config import GatewaySettings
from gateway.core.submission import Folder
from gateway.findings import Told, Weight
from gateway.outside_settings import PartnerSettings
from gateway.secret_files import refuse_readable

SOON: Final = timedelta(days=21)
"""Before its certificate ends a service needs another: time enough to get one."""
_PATIENCE_S: Final = 2.0


def sftp_port(_home: Path, settings: GatewaySettings) -> Told:
    """Ask who has the SFTP port: nobody, or an SSH server, which is the gateway itself."""
    where = f"{settings.sftp.host}:{settings.sftp.port}"
    try:
        is_ssh = _greets_as_ssh(settings.sftp.host, settings.sftp.port)
    except ConnectionRefusedError:
        yield Weight.NOTICE, f"Nobody listens on {where}.", "Start `gateway serve` or `gateway sftp`."
    except OSError as error:
        yield Weight.FAULT, f"{where} cannot be reached: {error.strerror}.", "Correct `sftp.host`."
    else:
        if not is_ssh:
            yield Weight.FAULT, f"Something that is no SSH server has {where}.", "Stop it, or set another `sftp.port`."


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
        yield from _knock(it)


def _knock(partner: PartnerSettings) -> Iterator[tuple[Weight, str, str]]:
    where = f"{partner.host}:{partner.port}, the server of {partner.organisation},"
    try:
        is_ssh = _greets_as_ssh(partner.host, partner.port)
    except OSError as error:
        yield Weight.FAULT, f"{where} cannot be reached: {error.strerror}.", "Ask the partner; check the network."
    else:
        if not is_ssh:
            yield Weight.FAULT, f"{where} is no SSH server.", "Correct `host` and `port` of that partner."


def _greets_as_ssh(host: str, port: int) -> bool:
    """Tell whether who listens there speaks SSH, and does so soon; raise OSError where nobody can be reached."""
    with socket.create_connection((host, port), _PATIENCE_S) as it:
        it.settimeout(_PATIENCE_S)
        try:
            return it.recv(4) == b"SSH-"
        except TimeoutError:
            return False


ALONE: Final = {"port": sftp_port, "portal": portal}
"""Checks that need no database."""
OF_HOUSE: Final = {"folder": folder, "partners": partners}
