"""Which rules a file is judged by: those of its kind as an operator has set them, and a digest of them."""

from hashlib import sha256

from gateway.core.documents import NotRun, RuleChange, RuleSet
from gateway.core.rules.registry import Rulebook
from gateway.core.rules.rule import Context


def unavailable(book: Rulebook, context: Context) -> list[NotRun]:
    """Return the rules that could not be run at all because a reference list that they need is not loaded."""
    return [
        NotRun(check=rule.code, reason=f"It needs the reference list {' and '.join(lacking)}, which is not loaded.")
        for rule in book.effective(context.settings)
        if rule.holds_on(context.as_of) and (lacking := rule.lacking(context.reference))
    ]


def rule_set(book: Rulebook, context: Context) -> RuleSet:
    """Return the digest of the rules that hold on the day as they are set, and every change that touches one."""
    rules = [rule for rule in book.effective(context.settings) if rule.holds_on(context.as_of)]
    lines = sorted(f"{rule.name}\t{rule.code}\t{rule.severity}\t{rule.scope}" for rule in rules)
    changes = dict(context.settings.changes)
    changed = {
        rule.code: RuleChange(code=rule.code, severity=changes[rule.code], declared=rule.severity)
        for rule in book.rules.values()
        if rule.code in changes and not rule.is_found_by_reader and rule.severity is not changes[rule.code]
    }
    return RuleSet(sha256=sha256("\n".join(lines).encode()).hexdigest(), changed=list(changed.values()))
