"""What leaves the ledger: CSV, XLSX, UCDP, HXL, JSON-LD, Parquet; each a stream over rows, the same bytes twice."""

from tallyroom.export.hxl import write_hxl
from tallyroom.export.linked import write_jsonld
from tallyroom.export.parquet import write_parquet
from tallyroom.export.rows import COLUMNS, row_of
from tallyroom.export.tables import write_csv, write_xlsx
from tallyroom.export.ucdp import UCDP_COLUMNS, ucdp_rows

__all__ = [
    "COLUMNS", "UCDP_COLUMNS", "row_of", "ucdp_rows", "write_csv", "write_hxl", "write_jsonld", "write_parquet",
    "write_xlsx",
]  # fmt: skip
