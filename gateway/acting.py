"""Who does something by a command on this machine, and why."""

import os

from gateway import bootstrap
from gateway.core.uln_changes import Act


def user() -> str:
    """Return who runs this process, as this machine calls them."""
    import pwd  # which Windows has not: `gateway check` runs there too

    return pwd.getpwuid(os.getuid()).pw_name


def act(by: str | None, reason: str) -> Act:
    """Return what somebody does now, and why; the user of this machine where nobody is named."""
    return Act(by=by or user(), reason=reason, at=bootstrap.now())
