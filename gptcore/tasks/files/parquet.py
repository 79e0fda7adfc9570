"""Parquet files as rows. Their reader, pyarrow, comes with streamlit and is imported when such a file is read."""

import io

from gptcore.errors import InputError
from gptcore.tasks.files.rows import Row, Table, check_length, check_width

MAGIC = b"PAR1"
_MAX_BYTES = 500_000_000
"""Of all values once they are unpacked: a file of a few kilobytes may hold gigabytes."""
_BATCH_ROWS = 1_000


def read_parquet(raw: bytes, title: str, most: int) -> Table:
    """Parses a file's bytes.

    Args:
        most: rows that are read.

    Raises:
        InputError: pyarrow is missing, the file is damaged, or what it holds is too much.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise InputError(f"{title} is a Parquet file, which needs pyarrow; install it, or export CSV") from error
    try:
        file = pyarrow.parquet.ParquetFile(io.BytesIO(raw))
        info = file.metadata
        check_length(info.num_rows, most, title)
        columns = tuple(name.strip() for name in file.schema_arrow.names)
        check_width(columns, title)
        size = sum(info.row_group(i).total_byte_size for i in range(info.num_row_groups))
        rows: list[Row] = []
        n_bytes = 0
        for batch in file.iter_batches(_BATCH_ROWS) if size <= _MAX_BYTES else ():
            n_bytes += batch.nbytes
            if n_bytes > _MAX_BYTES:
                break
            cells = zip(*(column.to_pylist() for column in batch.columns), strict=True)
            rows += (Row(number, number, values) for number, values in enumerate(cells, len(rows) + 1))
    except pyarrow.ArrowException as error:
        raise InputError(f"{title} is no whole Parquet file ({str(error).splitlines()[0][:100]})") from error
    if max(size, n_bytes) > _MAX_BYTES:
        raise InputError(f"{title} holds more than {_MAX_BYTES // 10**6} MB once it is unpacked; take fewer rows")
    if not columns:
        raise InputError(f"{title} has no column names; it needs them, and a row for each example")
    return Table(title, "utf-8", columns, "row", tuple(rows))
