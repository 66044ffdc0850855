"""A session with a partner's SFTP server: its pinned host key or none, and no wait without an end."""

import base64
import binascii
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import paramiko

from adapters.transports.outside_settings import Partner
from adapters.transports.sftp_policy import LEGACY
from adapters.transports.sftp_session import MOST_CHANNEL_PACKET, WINDOW
from gateway.core.errors import ConfigurationError

_LOG: Final = "gateway.sftp.paramiko"
_RSA: Final = ("rsa-sha2-512", "rsa-sha2-256")


@contextmanager
def session(partner: Partner) -> Iterator[paramiko.SFTPClient]:
    """Give a session with a partner's server; raise ConfigurationError where its host key is not the pinned one."""
    kind, pinned = _pinned(partner)
    key = _own_key(partner.key_file)
    connection = socket.create_connection((partner.host, partner.port), timeout=partner.timeout_s)
    transport = None
    try:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else each small request waits for an answer
        transport = paramiko.Transport(
            connection, default_window_size=WINDOW, default_max_packet_size=MOST_CHANNEL_PACKET
        )
        _restrict(transport, kind, partner.timeout_s)
        transport.start_client(timeout=partner.timeout_s)
        if transport.get_remote_server_key().asbytes() != pinned:
            raise ConfigurationError(
                f"{partner.host}:{partner.port} has another host key than the pinned one of {partner.organisation}. "
                "Ask the partner; nothing was sent. Where they changed it, set `host_key`."
            )
        transport.auth_publickey(partner.user, key)
        yield _client(transport, partner.timeout_s)
    finally:
        (transport or connection).close()


def _client(transport: paramiko.Transport, timeout_s: float) -> paramiko.SFTPClient:
    channel = transport.open_session(timeout=timeout_s)
    channel.settimeout(timeout_s)
    channel.invoke_subsystem("sftp")
    return paramiko.SFTPClient(channel)


def _restrict(transport: paramiko.Transport, kind: str, timeout_s: float) -> None:
    """Offer what our own server takes of old clients, all of it sound, and of host keys the kind that is pinned."""
    transport.set_log_channel(_LOG)
    transport.banner_timeout = transport.handshake_timeout = transport.auth_timeout = timeout_s
    replace(LEGACY, key_types=_RSA if kind == "ssh-rsa" else (kind,)).impose(transport)


def _pinned(partner: Partner) -> tuple[str, bytes]:
    """Return kind and bytes of the pinned key."""
    try:
        kind, blob = partner.host_key.split()[:2]
        return kind, base64.b64decode(blob, validate=True)
    except (ValueError, binascii.Error):
        raise ConfigurationError(
            f'`host_key` of {partner.organisation} is no key; it is written as "ssh-ed25519 AAAA...".'
        ) from None


def _own_key(path: Path) -> paramiko.PKey:
    try:
        if path.stat().st_mode & 0o077:
            raise ConfigurationError(f"Others can read the key {path}. Run `chmod 600 {path}`.")
        return paramiko.PKey.from_path(str(path))
    except OSError as error:
        raise ConfigurationError(
            f"The key {path} cannot be read: {error.strerror}. Check `key_file` of that partner."
        ) from None
    except (ValueError, paramiko.SSHException):
        raise ConfigurationError(f"{path} is no private key without a passphrase. Check `key_file`.") from None
