"""Contact files written back for their owners, row by row: to correct in a spreadsheet, and to upload again."""

from smartchat.adapters.repaired_files.rows import Layout, SheetRow
from smartchat.adapters.repaired_files.text import write_text
from smartchat.adapters.repaired_files.workbook import write_workbook

__all__ = ["MIMETYPES", "Layout", "SheetRow", "write_text", "write_workbook"]

MIMETYPES = {
    "tsv": "text/tab-separated-values",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
