"""Writing Excel workbooks: list exports and the annual ledger alike, row by row, in constant memory."""

from yiqiao_portal.core.workbooks.shapes import Cell, Column, Ratio, Sheet, Stamp, Written
from yiqiao_portal.core.workbooks.writer import CONTENT_TYPE, Workbook

__all__ = ["CONTENT_TYPE", "Cell", "Column", "Ratio", "Sheet", "Stamp", "Workbook", "Written"]
