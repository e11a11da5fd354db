"""Reading what people bring: an uploaded .xlsx or a block pasted from Excel, hostile or merely untidy."""

from yiqiao_portal.core.spreadsheets.headers import HeaderMatch, Wanted, match_headers
from yiqiao_portal.core.spreadsheets.pasted import read_pasted
from yiqiao_portal.core.spreadsheets.sheet import Problem, Row, Sheet
from yiqiao_portal.core.spreadsheets.workbook import COMMAND_ROWS, PAGE_ROWS, read_workbook

__all__ = [
    "COMMAND_ROWS",
    "PAGE_ROWS",
    "HeaderMatch",
    "Problem",
    "Row",
    "Sheet",
    "Wanted",
    "match_headers",
    "read_pasted",
    "read_workbook",
]
