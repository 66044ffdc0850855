"""The command line: parse, call, print. No judgement of its own."""

import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from gateway import bootstrap, code_texts, rule_changes, service, show
from gateway.cli_agreement import agreement
from gateway.cli_audit import audit
from gateway.cli_backup import backup, restore
from gateway.cli_conformance import conformance
from gateway.cli_doctor import doctor
from gateway.cli_files import files
from gateway.cli_learner import learner
from gateway.cli_match import match
from gateway.cli_organisation import organisation
from gateway.cli_pgp import pgp
from gateway.cli_pieces import folder, init, partners, portal, serve, sftp, worker
from gateway.cli_receipt import receipt
from gateway.cli_reference import reference
from gateway.cli_register import register
from gateway.cli_review import review
from gateway.cli_stats import stats
from gateway.cli_submissions import submissions
from gateway.core.days import uk_day
from gateway.core.documents import Report
from gateway.core.errors import ConfigurationError, GatewayError
from gateway.core.handover import SamplePlan
from gateway.core.notices import Severity
from gateway.core.ports.kinds import FileKind
from gateway.core.report_schema import OFFLINE_LACKS
from gateway.core.submission import Organisation, OrganisationKind
from gateway.options import AsOf, Json, Processes, day_of
from gateway.page import page

app = typer.Typer(
    name="gateway", help="A batch file gateway for learner data.", no_args_is_help=True, pretty_exceptions_enable=False
)
app.add_typer(organisation)
app.add_typer(submissions)
app.add_typer(register)
app.add_typer(agreement)
app.add_typer(reference)
app.add_typer(review)
app.add_typer(learner)
app.add_typer(audit)
app.add_typer(files)
app.add_typer(receipt)
app.add_typer(pgp)
app.command()(stats)
app.command()(conformance)
app.command()(doctor)
app.command()(match)
app.command()(backup)
app.command()(restore)
for piece in (init, serve, sftp, portal, folder, partners, worker):
    app.command()(piece)

FAULT_OF_OURS = 3
_OURS = frozenset({"gateway", "adapters", "schemas"})
FIELDS_LISTED = 3


@app.command()
def demo(
    *, keep: Annotated[bool, typer.Option("--keep", help="Leave the gateway's home where it is.")] = False
) -> None:
    """Run a whole gateway once: real uploads over SFTP, and a table of what came back."""
    from gateway.demo import run

    raise typer.Exit(0 if run(keep=keep) else 1)


@app.command()
def check(  # noqa: PLR0913 - each is an option of the command
    files: Annotated[list[Path], typer.Argument(help="The files to check; nothing is sent anywhere.")],
    as_kind: Annotated[str | None, typer.Option("--as", help="Read them as this kind, whatever their names.")] = None,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write the last file's report page; a folder gets each file's.")
    ] = None,
    propose: Annotated[
        Path | None, typer.Option(help="A folder for a corrected file, where faults of form alone can be mended.")
    ] = None,
    as_of: AsOf = None,
    processes: Processes = None,
    *,
    json: Json = False,
) -> None:
    """Check files offline. Exit 0: no errors; 1: errors in the data; 2: a file cannot be read as its kind."""
    kinds = bootstrap.file_kinds()
    if as_kind is not None:
        _kind(kinds, as_kind)
    plan = service.CheckPlan(kind=as_kind, processes=processes or os.cpu_count() or 1, wrappings=bootstrap.wrappings())
    code = 0
    for path in files:
        if not path.is_file():
            show.err.print(f"There is no file {path}.", markup=False)
            code = 2
            continue
        with show.progress(path.name) as seen:
            report = service.check_file(path, kinds, _day(as_of), replace(plan, seen=seen))
        if propose is not None:
            report = report.model_copy(update={"proposed": service.propose_file(path, kinds, report, propose, plan)})
        if html is not None:
            _page_of(path, html).write_text(page(report), encoding="utf-8")
        _print(report, json=json)
        errors = 1 if report.counts.by_severity[Severity.ERROR] else 0
        code = max(code, 2 if service.unreadable(report, kinds) else errors)
    raise typer.Exit(code)


def _page_of(path: Path, html: Path) -> Path:
    return html / f"{path.name}.report.html" if html.is_dir() else html


def _print(report: Report, *, json: bool) -> None:
    if json:
        show.as_json(report.model_dump(mode="json", exclude={"version", *OFFLINE_LACKS}))
    else:
        show.report(report)


@app.command()
def rules(
    kind: Annotated[str | None, typer.Option("--kind", help="Of this file kind alone.")] = None,
    since: Annotated[
        str | None, typer.Option("--since", help="What has changed since a release, such as 0.1.0.")
    ] = None,
    *,
    json: Json = False,
) -> None:
    """List every rule with its code, severity and title, or what has changed in them since a release."""
    kinds = bootstrap.file_kinds()
    chosen = {kind: _kind(kinds, kind)} if kind else kinds
    listed = code_texts.rules(chosen)
    if since is not None:
        _print_changes(rule_changes.differences(since, listed), json=json)
        return
    if json:
        show.as_json({"rules": [code_texts.rule_document(name, rule) for name, rule in listed]})
        return
    dated = any(code_texts.validity(rule) for _, rule in listed)
    columns = ("kind", "code", "severity", "fields", "title", *(["valid"] if dated else []))
    rows = [(name, it.code, it.severity, _fields(it.fields), it.title, code_texts.validity(it)) for name, it in listed]
    show.table(columns, [row[: len(columns)] for row in rows])


def _print_changes(changes: Sequence[rule_changes.RuleDifference], *, json: bool) -> None:
    if json:
        show.as_json({"changes": [asdict(change) for change in changes]})
    else:
        show.table(("kind", "code", "change", "what"), [(it.kind, it.code, it.change, it.what) for it in changes])


def _fields(names: Sequence[str]) -> str:
    more = len(names) - FIELDS_LISTED
    return ", ".join(names[:FIELDS_LISTED]) + (f" and {more} more" if more > 0 else "")


@app.command()
def explain(
    code: Annotated[str, typer.Argument(help="A code such as RC013, or an outcome such as possible_match.")],
    *,
    json: Json = False,
) -> None:
    """Say what a code means, why it matters and how to mend it."""
    kinds, asked = bootstrap.file_kinds(), code.casefold()
    listed = [it for it in code_texts.rules(kinds) if asked in {it[1].code.casefold(), it[1].name.casefold()}]
    replies = [it for it in code_texts.replies(kinds) if it.code.casefold() == asked]
    if not listed and not replies:
        near = " or ".join(code_texts.like(code, kinds))
        hint = f"; did you mean {near}?" if near else "."
        raise ConfigurationError(f"There is no code {code}{hint} `gateway rules` lists every rule.")
    if json:
        documents = [code_texts.rule_document(*it) for it in listed]
        show.as_json({"rules": documents, "replies": [asdict(it) for it in replies]})
        return
    for kind, rule in listed:
        show.facts(f"{rule.code}  {rule.title}", code_texts.rule_lines(kind, rule))
    for reply in replies:
        show.facts(f"{reply.code}  {reply.text}", [("Kind of file", reply.kind)])


@app.command()
def samples(  # noqa: PLR0913 - each is an option of the command
    kind: Annotated[str, typer.Argument(help="The file kind, such as lrb-csv.")],
    learners: Annotated[int, typer.Option(min=1, help="How many learners.")] = 100,
    bad: Annotated[float, typer.Option(min=0, max=100, help="Per cent of records that are broken.")] = 0,
    truth: Annotated[Path | None, typer.Option(help="Write which record is broken, and how.")] = None,
    seed: Annotated[int, typer.Option(help="The same seed makes the same file.")] = 1,
    ukprn: Annotated[str, typer.Option(help="Whose file it is.")] = "10000001",
    out: Annotated[Path, typer.Option(help="The folder to write it into.")] = Path(),
    as_of: AsOf = None,
    *,
    json: Json = False,
) -> None:
    """Write a valid or broken file of a kind, with invented learners."""
    owner = Organisation(id="sample", name="Sample organisation", kind=OrganisationKind.COLLEGE, ukprn=ukprn)
    plan = SamplePlan(organisation=owner, moment=_moment(as_of), bad_percent=bad, seed=seed)
    sample = service.make_sample(_kind(bootstrap.file_kinds(), kind), learners, plan)
    path = out / sample.name
    path.write_bytes(sample.content)
    if truth is not None:
        service.write_truth(sample, truth)
    broken = sum(code is not None for code in sample.truth)
    if json:
        show.as_json({"file": str(path), "kind": kind, "learners": learners, "broken": broken})
    else:
        show.out.print(f"{path}: {learners:,} learners, {broken:,} records broken", markup=False)


def main() -> None:
    """Run the command; a fault of ours is one line that says what to do, and exit 3."""
    try:
        app()
    except GatewayError as error:
        _end(str(error))
    except ModuleNotFoundError as error:
        if str(error.name).partition(".")[0] in _OURS:
            raise
        _end(f"This command needs {error.name}, which comes with an extra: install `learner-gateway[server]`.")


def _end(fault: str) -> NoReturn:
    show.err.print(fault, markup=False, style="red", soft_wrap=True)
    sys.exit(FAULT_OF_OURS)


def _kind(kinds: dict[str, FileKind], name: str) -> FileKind:
    if name not in kinds:
        raise ConfigurationError(f"There is no file kind {name}; those installed are {', '.join(sorted(kinds))}.")
    return kinds[name]


def _day(as_of: datetime | None) -> date:
    return day_of(as_of) or uk_day(bootstrap.now())


def _moment(as_of: datetime | None) -> datetime:
    return service.moment_of(day_of(as_of), bootstrap.now())
