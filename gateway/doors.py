"""The composition root's other half: the ways in beside the SFTP server."""

from typing import cast

from gateway import plugins
from gateway.bootstrap import House, intake, way_in
from gateway.core.errors import ConfigurationError
from gateway.core.ports.gateway import Portal, PortalPorts, Transport
from gateway.receipt_keys import public_keys
from gateway.secret_files import refuse_readable

PORTALS = "gateway.portals"

_METHODS = ("open", "close")


def portal(house: House) -> Portal:
    """Return the HTTP interface of a home, not yet open; raise ConfigurationError where `[portal]` is not set."""
    settings = house.settings.portal
    if settings is None:
        raise ConfigurationError("There is no HTTP interface: set a table [portal] in gateway.toml, be it empty.")
    if settings.key_file is not None:
        refuse_readable(house.home / settings.key_file, "the key of the HTTP interface (portal.key_file)")
    files = {"certificate_file": settings.certificate_file, "key_file": settings.key_file}
    values = settings.model_dump() | {name: house.home / path for name, path in files.items() if path is not None}
    values |= {"max_bytes": house.settings.intake.max_bytes, "arriving_folder": house.home / "arriving"}
    return cast("Portal", plugins.load(PORTALS, "http", _METHODS).from_settings(values))


def portal_ports(house: House) -> PortalPorts:
    """Return what the portal may use of a gateway."""
    return PortalPorts(
        intake=intake(house),
        submissions=house.record.submissions,
        api_keys=house.record.api_keys,
        receipt_keys=lambda: public_keys(house.home),
    )


def folder(house: House) -> Transport:
    """Return the mailbox folders that an outside server serves, not yet open."""
    settings = house.settings.folder
    if settings.root is None:
        raise ConfigurationError("There are no mailbox folders: set `folder.root`, or leave this piece out.")
    return way_in(house, "folder", settings.model_dump() | {"staging_folder": house.home / "folder-staging"})


def partners(house: House) -> Transport:
    """Return the visits to partners' own servers, not yet begun."""
    settings = house.settings.partners
    if not settings:
        raise ConfigurationError("There are no partners: add a table [[partners]], or leave this piece out.")
    visits = [it.model_dump() | {"key_file": house.home / it.key_file} for it in settings]
    return way_in(house, "partners", {"partners": visits, "staging_folder": house.home / "partner-staging"})
