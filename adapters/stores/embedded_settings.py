"""What the embedded PostgreSQL is told: its settings, who may connect, and what stands in a new cluster."""

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from gateway.core.errors import DatabaseError

SETTINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "cluster_name": "learner-gateway",
        "listen_addresses": "",
        "unix_socket_permissions": "0700",
        "password_encryption": "scram-sha-256",
        "max_connections": "200",
        "shared_buffers": "256MB",
        "max_wal_size": "2GB",
        "random_page_cost": "1.1",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        # No learner's value in the log: an error's first line may quote one, so errors of statements are told
        # to the client alone; the log has the server's own events and what ends a connection.
        "log_min_messages": "log",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_statement": "none",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
    }
)

CONFIGURATION: Final = """\
# gateway.conf is written anew at each start. A setting of your own stands below that line and wins.
include_if_exists 'gateway.conf'
"""
ACCESS: Final = "local all all scram-sha-256\nlocal replication gateway scram-sha-256\n"
COPIED: Final = "ALTER ROLE gateway REPLICATION;\n"
"""Lets the gateway's role take a base backup of its own cluster, of which it can read everything anyway."""
BIRTH: Final = """\
CREATE ROLE gateway LOGIN CREATEDB REPLICATION PASSWORD '{password}';
GRANT pg_monitor, pg_checkpoint TO gateway;
CREATE DATABASE gateway OWNER gateway;
"""


def written(settings: Mapping[str, str], socket: Path) -> str:
    """Write settings as PostgreSQL reads them; a name or value that would be read as something else is refused."""
    path = str(socket).replace('"', '""')
    lines = []
    for name, value in {**settings, "unix_socket_directories": f'"{path}"'}.items():
        if not re.fullmatch(r"[a-z_][a-z0-9_.]*", name) or not value.isprintable():
            raise DatabaseError(
                f"{name!r} is no setting of PostgreSQL, or its value has a line break: correct the options."
            )
        text = value.replace("\\", "\\\\").replace("'", "''")
        lines.append(f"{name} = '{text}'\n")
    return "".join(lines)
