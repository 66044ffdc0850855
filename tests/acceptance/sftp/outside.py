"""OpenSSH's own server with the configuration that we ship, serving the mailbox of whoever runs the tests."""

import os
import pwd
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.acceptance.sftp.house import ClientKey, Ran, bare, run, wait_for
from tests.needs import needs

SHIPPED = Path(__file__).parents[3] / "adapters/transports/examples/sshd_config"
SFTP_SERVER = "/usr/lib/openssh/sftp-server"
ME = pwd.getpwuid(os.getuid()).pw_name
IS_ROOT = os.getuid() == 0
SAYS = """
import os, subprocess, sys
log = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
server = subprocess.Popen(sys.argv[2:], stderr=subprocess.PIPE)
for line in server.stderr:
    os.write(log, b"internal-sftp[%d]: %s" % (server.pid, line))
"""
"""Where nobody may chroot: a server that begins in the mailbox, and its words as syslog would write them."""


@dataclass(kw_only=True)
class OpenSsh:
    """A running sshd; the organisation is named like the system user that it lets in."""

    work: Path
    root: Path
    key: ClientKey
    host_key: ClientKey
    port: int = 0
    process: "subprocess.Popen[bytes] | None" = None
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.work / "mailboxes.log"
        self.log.touch()
        for name in ("in/check", "out", "receipts", "dev"):
            (self.mailbox / name).mkdir(parents=True)
        self.mailbox.chmod(0o755)

    @property
    def mailbox(self) -> Path:
        """Return the mailbox's folder."""
        return self.root / ME

    def configuration(self) -> str:
        """Return what we ship, with the paths and the user of this test."""
        shipped = SHIPPED.read_text().replace("/srv/mail", str(self.root)).replace("Group mailboxes", f"User {ME}")
        shipped = shipped.replace("/etc/ssh/mailbox-keys/%u", str(self.key.path.with_suffix(".pub")))
        if not IS_ROOT:
            (self.work / "says.py").write_text(SAYS)
            says = f"{sys.executable} {self.work / 'says.py'} {self.log} {SFTP_SERVER} -e -d {self.mailbox}"
            shipped = re.sub(r"\n +ChrootDirectory .*", "", shipped).replace("internal-sftp", says)
        own = (
            f"Port {self.port}", "ListenAddress 127.0.0.1", f"HostKey {self.host_key.path}", "PidFile none",
            "StrictModes no", "UsePAM no", "PermitRootLogin prohibit-password", "Subsystem sftp internal-sftp",
        )  # fmt: skip
        return "\n".join([*own, shipped])

    def start(self) -> None:
        """Start the server and wait until it listens."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        path = self.work / "sshd_config"
        path.write_text(self.configuration())
        if IS_ROOT:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        with (self.work / "sshd.log").open("wb") as log:
            self.process = subprocess.Popen(["/usr/sbin/sshd", "-D", "-e", "-f", str(path)], stderr=log)
        wait_for("sshd listens", self._listens)

    def _listens(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False

    def stop(self) -> None:
        """Stop the server."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait()

    def command(self, *options: str) -> list[str]:
        """Return OpenSSH's client as a command that reads what to do from its standard input."""
        known = self.work / "known_hosts"
        known.write_text(f"[127.0.0.1]:{self.port} {self.host_key.line}\n")
        words = ["sftp", "-F", "/dev/null", "-q", "-P", str(self.port), "-i", str(self.key.path), *options]
        for option in (f"UserKnownHostsFile={known}", "IdentitiesOnly=yes", "IdentityAgent=none"):
            words += ["-o", option]
        return [*words, "-b", "-", f"{ME}@127.0.0.1"]

    def sftp(self, *commands: str) -> Ran:
        """Run OpenSSH's client with these commands."""
        return run(self.command(), "".join(f"{it}\n" for it in commands), self.work)

    def cut(self, source: Path, path: str, *, at: int) -> None:
        """Upload slowly, and kill the client when so many bytes are there."""
        into = self.mailbox / path
        client = subprocess.Popen(self.command("-l", "4000"), stdin=subprocess.PIPE, env=bare(self.work))
        assert client.stdin is not None
        client.stdin.write(f"put {source} {path}\n".encode())
        client.stdin.flush()
        wait_for("a part has come", lambda: into.exists() and into.stat().st_size >= at)
        client.kill()
        client.communicate()
        wait_for("the server has noticed", lambda: b"forced close" in self.log.read_bytes())


@contextmanager
def open_ssh(work: Path, key: ClientKey, host_key: ClientKey) -> Iterator[OpenSsh]:
    """Give a running server. A chroot needs folders that only root may write, which none below /tmp is."""
    needs("/usr/sbin/sshd", "sftp")
    root = Path(tempfile.mkdtemp(prefix="mailboxes-", dir="/run" if IS_ROOT else work))
    root.chmod(0o755)
    server = OpenSsh(work=work, root=root, key=key, host_key=host_key)
    try:
        with _syslog(server.mailbox / "dev/log", server.log):
            server.start()
            yield server
    finally:
        server.stop()
        shutil.rmtree(root)


@contextmanager
def _syslog(path: Path, log: Path) -> Iterator[None]:
    """Write what comes to a syslog socket into a file, a line each, as rsyslog does."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as given:
        given.bind(str(path))

        def write() -> None:
            while message := given.recv(8192):
                with log.open("ab") as file:
                    file.write(message.rstrip(b"\n\0") + b"\n")

        thread = threading.Thread(target=write)
        thread.start()
        try:
            yield
        finally:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
                end.sendto(b"", str(path))
            thread.join()
