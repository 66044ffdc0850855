"""SFTP requests one by one: paramiko's own client passes over a refusal at CLOSE, and hides where a write goes."""

import paramiko
from paramiko import sftp

CONTENT = bytes(range(256)) * 1500
PACKET = 30_000


def put(client: paramiko.SFTPClient, path: str, content: bytes = CONTENT) -> None:
    """Upload, and learn of every refusal: paramiko's own `put` passes over one at CLOSE."""
    handle = open_raw(client, path, sftp.SFTP_FLAG_WRITE | sftp.SFTP_FLAG_CREATE | sftp.SFTP_FLAG_TRUNC)
    write_raw(client, handle, 0, content)
    close_raw(client, handle)


def open_raw(client: paramiko.SFTPClient, path: str, flags: int) -> bytes:
    _, message = client._request(sftp.CMD_OPEN, path.encode(), flags, paramiko.SFTPAttributes())
    return message.get_binary()


def write_raw(client: paramiko.SFTPClient, handle: bytes, offset: int, data: bytes) -> None:
    for start in range(0, len(data), PACKET):
        client._request(sftp.CMD_WRITE, handle, sftp.int64(offset + start), data[start : start + PACKET])


def close_raw(client: paramiko.SFTPClient, handle: bytes) -> None:
    client._request(sftp.CMD_CLOSE, handle)


def resume(client: paramiko.SFTPClient, path: str) -> bytes:
    return open_raw(client, path, sftp.SFTP_FLAG_WRITE | sftp.SFTP_FLAG_CREATE)


def is_free(client: paramiko.SFTPClient, path: str) -> bool:
    """Tell whether nobody writes a file: a name that is being written cannot be renamed, not even to itself."""
    try:
        client.rename(path, path)
    except OSError:
        return False
    return True
