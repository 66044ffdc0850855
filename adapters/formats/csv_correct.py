"""Proposes a corrected file for a CSV file whose faults are of form alone, and lists every change.

The file is read twice: once to learn about its columns, once to write. Memory is bounded by one row. Machines read the
proposed file, so nothing in it is neutralised; people read the list of changes in spreadsheets, so there it is.
"""

import re
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO, TextIO

from adapters.formats.csv_correct_read import COMMA, Hindrance, Layout, Row, layout, rows
from gateway.core.correction_headings import Headings, named, planned
from gateway.core.correction_words import Doubt, Form
from gateway.core.corrections import Column, Judged, Wanted, cleaned
from gateway.core.csv_text import writer
from gateway.core.errors import FilesError
from gateway.core.proposal import Entry, Example, Ledger, Proposal

CHANGES = ("line", "column", "was", "now", "why")
"""The columns of changes.csv; its last line has #TOTALS and the exact count of each kind of change."""
_CRLF = "\r\n"
_NEEDS_QUOTES = re.compile(r'[",\r\n]|\A\s|\s\Z')
_BLANK = "\x1a"
_QUOTE = '"'


def propose(path: Path, file_name: str, wanted: Wanted, out: BinaryIO, changes: TextIO) -> Proposal:
    """Write the proposed file and the list of its changes, and return what there is to tell.

    Where the proposal has no changes there is nothing to propose, and what was written is of no use. The handle of the
    list must not change line ends. Raise FilesError where the file changes meanwhile.
    """
    listed = writer(changes, CHANGES)

    def tell(entry: Entry) -> None:
        listed.writerow((entry.line or "", *entry[1:]))

    ledger = Ledger(tell)
    proposal = _proposed(path, file_name, wanted, ledger, out)
    listed.writerow(("#TOTALS", ledger.totals(), "", "", ""))
    return proposal


def _proposed(path: Path, file_name: str, wanted: Wanted, ledger: Ledger, out: BinaryIO) -> Proposal:
    learnt = _learnt(path, wanted)
    if isinstance(learnt, Hindrance):
        ledger.left("", learnt.line, "", learnt.why)
        return ledger.proposal(file_name)
    name = named(file_name, wanted)
    if name.form:
        ledger.changed("", Example(0, file_name, name.now), [name.form])
    if name.doubt:
        ledger.left("", 0, file_name, name.doubt)
    text = TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    try:
        _Writing(learnt, ledger, text).write(path)
    finally:
        text.detach()
    return ledger.proposal(name.now)


class _Learnt:
    """What the first reading shows: the columns, which of them hold a value, and how the rows end."""

    def __init__(self, found: Layout, wanted: Wanted) -> None:
        self.layout = found
        self._wanted = wanted
        names = [heading.field for heading in planned(found.cells, wanted, frozenset()).cells]
        self.columns = [Column(wanted.schema[name], wanted) if name else None for name in names]
        self._learning = [(place, column) for place, column in enumerate(self.columns) if column and column.learns]
        self._unnamed = {place for place, cell in enumerate(found.cells) if not cleaned(cell).now}
        self._filled: set[int] = set()
        self.ends: set[str] = set()

    def note(self, row: Row) -> None:
        """Learn from a row."""
        self.ends.add(row.end)
        if row.cells is None or len(row.cells) != len(self.columns):
            return
        for place, column in self._learning:
            if row.cells[place]:
                column.note(row.cells[place])
        self._filled.update(place for place in self._unnamed if cleaned(row.cells[place]).now)

    @property
    def headings(self) -> Headings:
        """Return what becomes of the headings."""
        return planned(self.layout.cells, self._wanted, frozenset(self._filled))

    @property
    def end(self) -> str:
        """Return how the rows are to end: as they do, where that is one way of CRLF and LF, else with CRLF."""
        ends = self.ends - {""}
        return ends.pop() if len(ends) == 1 and ends <= {_CRLF, "\n"} else _CRLF


def _learnt(path: Path, wanted: Wanted) -> _Learnt | Hindrance:
    """Return what the first reading shows, or why the file cannot be written anew."""
    found = layout(path, wanted)
    if isinstance(found, Hindrance):
        return found
    learnt = _Learnt(found, wanted)
    for row in rows(path, found):
        if isinstance(row, Hindrance):
            return row
        learnt.note(row)
    return learnt


class _Writing:
    """Writes the file anew, row by row, and notes each change."""

    def __init__(self, learnt: _Learnt, ledger: Ledger, text: TextIO) -> None:
        self._layout = found = learnt.layout
        self._columns = learnt.columns
        self._ends = learnt.ends
        self._end = learnt.end
        self._headings = learnt.headings
        self._ledger = ledger
        self._text = text
        same = found.delimiter == COMMA and not found.wrapped
        self._same = same and self._headings.places == tuple(range(len(found.cells)))

    def write(self, path: Path) -> None:
        """Write the headings and every row that holds a value."""
        self._note_file()
        self._note_headings()
        self._put([self._headings.cells[place].now for place in self._headings.places])
        last = None
        for row in rows(path, self._layout):
            if isinstance(row, Hindrance):
                raise FilesError("The file changed while a correction of it was written; begin again.")
            self._row(row)
            last = row
        if last and last.has_end_mark:
            self._changed(Form.END_MARK, Example(last.line, "U+001A", ""))

    def _note_file(self) -> None:
        """Note what was wrong with the file as a whole."""
        found, how = self._layout, self._layout.encoded
        first = Example(found.line, "", "")
        if how.first_other is not None:
            self._changed(Form.ENCODING, Example(how.first_other, how.encoding, "utf-8"))
        elif how.marked:
            self._changed(Form.BYTE_ORDER_MARK, Example(1, "U+FEFF", ""))
        if found.sep_line is not None:
            self._changed(Form.SEP_LINE, Example(found.sep_line, "sep=", ""))
        if found.delimiter != COMMA:
            self._changed(Form.DELIMITER, first._replace(was=found.delimiter, now=COMMA))
        if found.wrapped:
            self._changed(Form.WRAPPED_ROWS, first)
        if self._ends - {"", self._end}:
            self._changed(Form.LINE_ENDS, first)

    def _changed(self, form: Form, example: Example) -> None:
        self._ledger.changed("", example, [form])

    def _note_headings(self) -> None:
        plan, line = self._headings, self._layout.line
        for heading in plan.cells:
            if heading.now != heading.was:
                self._ledger.changed(heading.field or "", Example(line, heading.was, heading.now), [Form.HEADING])
        for heading in plan.cells:
            if heading.place not in plan.places:
                self._changed(Form.EMPTY_COLUMN, Example(line, f"column {heading.place + 1}", ""))
        if plan.is_moved:
            self._changed(Form.ORDER, Example(line, "", ""))
        for doubt, name in plan.doubts:
            self._ledger.left("", line, name, doubt)

    def _row(self, row: Row) -> None:
        cells = row.cells
        if cells is None:
            self._ledger.left("", row.line, "", Doubt.ROW_QUOTE)
            self._text.write(row.text + self._end)
        elif not any(cell and cleaned(cell).now.strip(_BLANK) for cell in cells):
            if row.text or not row.has_end_mark:
                self._changed(Form.BLANK_ROW, Example(row.line, "", ""))
        elif len(cells) != len(self._columns):
            self._ledger.left("", row.line, "", Doubt.ROW_WIDTH)
            self._put(cells)
        else:
            self._values(row, cells)

    def _values(self, row: Row, cells: list[str]) -> None:
        """Write a row whose values are judged one by one; its own text where none of them changes."""
        now = cells.copy()
        for place, column in enumerate(self._columns):
            if column is not None and cells[place]:
                judged = column.judge(cells[place])
                now[place] = judged.now
                self._note(row.line, place, cells[place], judged)
        if self._same and now == cells:
            self._text.write(row.text + self._end)
        else:
            self._put([now[place] for place in self._headings.places])

    def _note(self, line: int, place: int, was: str, judged: Judged) -> None:
        column = self._headings.cells[place].now
        if judged.forms:
            self._ledger.changed(column, Example(line, was, judged.now), judged.forms)
        if judged.doubt:
            self._ledger.left(column, line, judged.now, judged.doubt)

    def _put(self, cells: Sequence[str]) -> None:
        """Write a row: with quotation marks as the headings have them, and round every value that needs them."""
        always = self._layout.quoted
        quoted = (
            f'"{cell.replace(_QUOTE, _QUOTE * 2)}"' if always or _NEEDS_QUOTES.search(cell) else cell for cell in cells
        )
        self._text.write(COMMA.join(quoted) + self._end)
