"""How the rules are set for a sender and a kind, out of `gateway.toml`."""

from collections.abc import Mapping

from gateway.config import GatewaySettings, KindSettings, SenderSettings
from gateway.core.errors import ConfigurationError
from gateway.core.ports.kinds import FileKind
from gateway.core.rules.rule import RuleSettings


def of(settings: GatewaySettings, organisation: str, kind: str) -> RuleSettings:
    """Return what is changed in the rules for a sender's files of a kind; the sender's own win over the kind's."""
    sender = settings.organisations.get(organisation, SenderSettings())
    changed = settings.rules | settings.kinds.get(kind, KindSettings()).rules | sender.rules
    return RuleSettings(
        tuple((code, None if it.severity == "off" else it.severity) for code, it in sorted(changed.items()))
    )


def refuse_unknown(settings: GatewaySettings, kinds: Mapping[str, FileKind]) -> None:
    """Raise ConfigurationError where a setting names a rule that nobody has, or one that cannot be changed."""
    tables = [settings.rules, *(kind.rules for kind in settings.kinds.values())]
    named = {code for table in [*tables, *(it.rules for it in settings.organisations.values())] for code in table}
    rules = [rule for kind in kinds.values() for rule in kind.rulebook.rules.values()]
    unknown = sorted(named - {rule.code for rule in rules if not rule.is_found_by_reader})
    if unknown:
        raise ConfigurationError(
            f"[rules.{unknown[0]}] names no rule whose severity can be changed: `gateway rules` lists them all, and a "
            "fault that the reader itself finds is always told as it is."
        )
