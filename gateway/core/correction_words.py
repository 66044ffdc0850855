"""What can be wrong with the form of a file, and why something that looks like it is left as it stands, in words."""

from collections.abc import Mapping
from enum import StrEnum


class Form(StrEnum):
    """A fault of form alone: mending it changes no meaning."""

    NAME = "name"
    ENCODING = "encoding"
    BYTE_ORDER_MARK = "byte-order-mark"
    LINE_ENDS = "line-ends"
    SEP_LINE = "sep-line"
    DELIMITER = "delimiter"
    WRAPPED_ROWS = "wrapped-rows"
    BLANK_ROW = "blank-row"
    END_MARK = "end-mark"
    HEADING = "heading"
    ORDER = "order"
    EMPTY_COLUMN = "empty-column"
    SPACE = "space"
    INVISIBLE = "invisible"
    MOJIBAKE = "mojibake"
    QUOTES = "quotes"
    APOSTROPHE = "apostrophe"
    FORMULA = "formula"
    DATE = "date"
    ZEROS = "zeros"


class Doubt(StrEnum):
    """Why something that looks like a fault of form is left as it stands."""

    NAME = "name-unclear"
    TEXT = "text"
    NUL = "nul"
    NO_HEADINGS = "no-headings"
    OPEN_QUOTE = "open-quote"
    LONG_ROW = "long-row"
    ROW_WIDTH = "row-width"
    ROW_QUOTE = "row-quote"
    HEADING_UNKNOWN = "heading-unknown"
    HEADING_TWICE = "heading-twice"
    HEADING_MISSING = "heading-missing"
    DAY_OR_MONTH = "day-or-month"
    MIXED_ORDER = "mixed-order"
    CENTURY = "century"
    NO_SUCH_DAY = "no-such-day"
    DAY_NUMBER = "day-number"
    NO_TIME = "no-time"
    ZERO_KEPT = "zero-kept"
    CUT_NUMBER = "cut-number"
    APOSTROPHE = "apostrophe-unclear"
    INVISIBLE = "invisible-unclear"
    MOJIBAKE = "mojibake-in-part"


FORM_WORDS: Mapping[Form, str] = {
    Form.NAME: "the file has the name that its kind asks for",
    Form.ENCODING: "the text is written in UTF-8",
    Form.BYTE_ORDER_MARK: "the invisible mark at the file's start is left out",
    Form.LINE_ENDS: "every row ends in the same way",
    Form.SEP_LINE: "the first line, an instruction to a spreadsheet, is left out",
    Form.DELIMITER: "commas separate the columns",
    Form.WRAPPED_ROWS: "quotation marks round whole rows are taken off",
    Form.BLANK_ROW: "a row without any value is left out",
    Form.END_MARK: "the end-of-file character is left out",
    Form.HEADING: "the heading is written as its kind writes it",
    Form.ORDER: "the columns stand in their order",
    Form.EMPTY_COLUMN: "a column without heading and without any value is left out",
    Form.SPACE: "stray spaces are taken out",
    Form.INVISIBLE: "invisible characters are taken out",
    Form.MOJIBAKE: "damaged letters are restored, byte for byte",
    Form.QUOTES: "quotation marks round the value are taken off",
    Form.APOSTROPHE: "the apostrophe that a spreadsheet puts before a value is taken off",
    Form.FORMULA: 'the =" " that a spreadsheet puts round a value is taken off',
    Form.DATE: "the date is written in the column's form; a time of day is left out where the column has none",
    Form.ZEROS: "leading zeros are written again: without them the value is too short, with them it has one reading",
}
DOUBT_WORDS: Mapping[Doubt, str] = {
    Doubt.NAME: "the name that was meant cannot be told",
    Doubt.TEXT: "the text is neither UTF-8 nor Windows-1252, so nothing is proposed",
    Doubt.NUL: "the file holds a NUL character and is no text, so nothing is proposed",
    Doubt.NO_HEADINGS: "the first row does not hold the headings, so nothing is proposed",
    Doubt.OPEN_QUOTE: "a quotation mark is opened here and its value does not end well, so nothing is proposed",
    Doubt.LONG_ROW: "the row or one of its values is too long to be read, so nothing is proposed",
    Doubt.ROW_WIDTH: "the row has more or fewer columns than there are headings; it is kept as it stands",
    Doubt.ROW_QUOTE: "the row's quotation marks are wrong; it is kept as it stands",
    Doubt.HEADING_UNKNOWN: "the heading is not known; one that is only similar is never changed",
    Doubt.HEADING_TWICE: "the heading stands there more than once, so no column is moved",
    Doubt.HEADING_MISSING: "no column has this heading, so no column is moved",
    Doubt.DAY_OR_MONTH: "nothing in the column shows which number is the day and which the month",
    Doubt.MIXED_ORDER: "the column mixes dates with the day first and with the month first",
    Doubt.CENTURY: "the century of the year cannot be told",
    Doubt.NO_SUCH_DAY: "there is no such day",
    Doubt.DAY_NUMBER: "it may be the number that a spreadsheet gives to a day, counted from 1900 or from 1904",
    Doubt.NO_TIME: "the time of day that the column asks for is not there, or is finer than the column takes",
    Doubt.ZERO_KEPT: "other values of the column kept their leading zeros, so a digit is missing here",
    Doubt.CUT_NUMBER: "a spreadsheet has cut off digits, and they cannot be known",
    Doubt.APOSTROPHE: "the apostrophe may belong to the value",
    Doubt.INVISIBLE: "the invisible character may change how the value is read",
    Doubt.MOJIBAKE: "only a part of the value looks damaged",
}
