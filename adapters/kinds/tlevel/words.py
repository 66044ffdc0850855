"""The words of T Level files: their columns, and what a cell with codes, grades or a series holds."""

from gateway.core.model import Record

ULN = "ULN"
CORE_CODE = "Core code"
SPECIALISM_CODES = "Specialism code(s)"
CORE_ENTRY = "Core assessment entry"
SPECIALISM_ENTRY = "Specialism assessment entry"
RESULT_CORE = ("ComponentCode (Core)", "AssessmentSeries (Core)", "ComponentGrade (Core)")
RESULT_SPECIALISMS = ("ComponentCode (Specialisms)", "AssessmentSeries (Specialisms)", "ComponentGrade (Specialisms)")


def codes_of(cell: str) -> tuple[str, ...]:
    """Return the codes of a cell in capitals, in their order; none where the cell is empty."""
    return tuple(code.strip().upper() for code in cell.split(",")) if cell.strip() else ()


def grades_of(cell: str, codes: int) -> tuple[str, ...]:
    """Return the grades of a cell, empty where a slot is; an empty cell is a slot without a grade for every code."""
    return tuple(grade.strip() for grade in cell.split(",")) if cell.strip() else ("",) * codes


def series_of(cell: str) -> str:
    """Return a series as it is kept, such as Summer 2026, in whatever case it was written."""
    return " ".join(cell.split()).title()


def repeated_codes(cell: str) -> list[str]:
    """Return the codes that stand more than once in a cell, each once, in their order."""
    codes = codes_of(cell)
    return [code for code in dict.fromkeys(codes) if codes.count(code) > 1]


def is_only_uln(record: Record) -> bool:
    """Tell whether a row holds nothing beside its ULN."""
    return not any(record[name] for name in record.values if name != ULN)
