"""`gateway agreement`: what is agreed with an organisation."""

from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from gateway import bootstrap, show
from gateway.core.agreement import Agreement, Detail, Disclosure, Whose
from gateway.core.days import uk_day
from gateway.core.errors import ConfigurationError
from gateway.options import DAYS, Home, Json, day_of

agreement = typer.Typer(name="agreement", help="What is agreed with organisations.", no_args_is_help=True)

Organisation = Annotated[str, typer.Argument(metavar="ORGANISATION", help="The organisation's id.")]


@agreement.command()
def add(  # noqa: PLR0913 - each is an option of the command
    organisation: Organisation,
    purpose: Annotated[
        list[str] | None, typer.Option(help="For what it may ask for learners' records; give it once for each.")
    ] = None,
    whose: Annotated[
        Whose, typer.Option(help="Of whom details may be seen: own, whose ULN it was answered before, or all.")
    ] = Whose.OWN,
    disclosure: Annotated[
        Disclosure, typer.Option(help="What it sees of possible matches: levels, or the register's details.")
    ] = Disclosure.LEVELS,
    threshold: Annotated[float | None, typer.Option(help="Bits of evidence that a confident match needs.")] = None,
    margin: Annotated[float | None, typer.Option(help="Bits that it must be ahead of the next person.")] = None,
    live_change: Annotated[
        list[Detail] | None,
        typer.Option(help="A detail whose changes go live at once, such as postcode; give it once for each."),
    ] = None,
    begin: Annotated[
        datetime | None, typer.Option("--from", formats=DAYS, help="Its first day; today when absent.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option("--until", formats=DAYS, help="Its last day; open when absent.")
    ] = None,
    home: Home = Path("gateway-home"),
    *,
    accept_confident: Annotated[
        bool, typer.Option(help="Whether a confident match is an answer; else it is a question.")
    ] = True,
    registers: Annotated[bool, typer.Option(help="Whether its files may register new learners.")] = True,
    accepted_file: Annotated[
        bool, typer.Option(help="Whether it gets the accepted records as a file of the same kind.")
    ] = False,
    json: Json = False,
) -> None:
    """Add an agreement; while it is in force it takes the place of one that was added before."""
    first, last = day_of(begin) or _today(), day_of(until)
    if last is not None and last < first:
        raise ConfigurationError("--until is before the agreement's first day.")
    new = Agreement(
        organisation=organisation, purposes=tuple(purpose or ()), whose=whose, disclosure=disclosure,
        accept_confident=accept_confident, threshold=threshold, margin=margin, registers=registers,
        accepted_file=accepted_file, live_changes=tuple(live_change or ()), valid_from=first, valid_until=last,
    )  # fmt: skip
    with bootstrap.opened(home) as house:
        number = house.record.agreements.add(new)
    if json:
        show.as_json(asdict(new) | {"number": number})
    else:
        show.out.print(f"Agreement {number} with {organisation} holds from {first}.", markup=False)


@agreement.command("list")
def list_all(
    organisation: Annotated[str | None, typer.Option(help="Of this organisation alone.")] = None,
    home: Home = Path("gateway-home"),
    *,
    json: Json = False,
) -> None:
    """List every agreement; of several that hold on a day the last one counts."""
    with bootstrap.opened(home) as house:
        found = house.record.agreements.all(organisation)
    if json:
        show.as_json({"agreements": [asdict(it) for it in found]})
        return
    columns = ("number", "organisation", "from", "until", "revoked", "disclosure", "of", "purposes", "what else")
    rows = [
        (it.number, it.organisation, it.valid_from, it.valid_until, it.revoked_on, it.disclosure, it.whose,
         ", ".join(it.purposes), ", ".join(_terms(it)))
        for it in found
    ]  # fmt: skip
    show.table(columns, rows)


@agreement.command()
def revoke(
    number: Annotated[int, typer.Argument(help="The agreement's number; `gateway agreement list` shows it.")],
    begin: Annotated[
        datetime | None, typer.Option("--from", formats=DAYS, help="From when it holds no longer; today when absent.")
    ] = None,
    home: Home = Path("gateway-home"),
    *,
    json: Json = False,
) -> None:
    """Let an agreement hold no longer; what came before is judged by it all the same."""
    day = day_of(begin) or _today()
    with bootstrap.opened(home) as house:
        house.record.agreements.revoke(number, day)
    if json:
        show.as_json({"number": number, "revoked_on": day})
    else:
        show.out.print(f"Agreement {number} holds no longer from {day} on.", markup=False)


def _terms(it: Agreement) -> list[str]:
    """Return what is agreed otherwise than it would hold without an agreement."""
    said = {
        "confident matches are questions": not it.accept_confident,
        f"threshold {it.threshold}": it.threshold is not None,
        f"margin {it.margin}": it.margin is not None,
        "registers nobody": not it.registers,
        "accepted file": it.accepted_file,
        f"live at once: {', '.join(it.live_changes)}": bool(it.live_changes),
    }
    return [term for term, holds in said.items() if holds]


def _today() -> date:
    return uk_day(bootstrap.now())
