"""Finished stretches on disk: each a Parquet file of its own, joined to one in the end."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from analysis.errors import BuildError

if TYPE_CHECKING:
    import pyarrow as pa


class Parts:
    """The part files of one sweep in a folder of its own; a part is there whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, start: int) -> Path:
        """Where the stretch that begins with this point is kept."""
        return self.folder / f"part-{start:07d}.parquet"

    def missing(self, starts: Iterable[int]) -> list[int]:
        """The stretches that are still to be worked out."""
        return [start for start in starts if not self.path(start).exists()]

    def write(self, start: int, table: pa.Table) -> None:
        """Keep one stretch."""
        import pyarrow.parquet as pq

        unfinished = self.path(start).with_suffix(".unfinished")
        pq.write_table(table, unfinished)
        os.replace(unfinished, self.path(start))


def join(sources: Iterable[Path], schema: pa.Schema, target: Path) -> None:
    """Write the rows of all files into one, group by group, under the schema given."""
    import pyarrow.parquet as pq

    with pq.ParquetWriter(target, schema) as writer:
        for source in sources:
            with pq.ParquetFile(source) as file:
                for group in range(file.num_row_groups):
                    writer.write_table(file.read_row_group(group).cast(schema))


@contextmanager
def own_folder(folder: Path) -> Iterator[Path]:
    """The folder, made if need be, for one run at a time. Raises BuildError while another run has it."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder.with_suffix(".lock"), timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise BuildError(folder.name, "another run of this sweep is under way", "one at a time") from None
    try:
        yield folder
    finally:
        if not folder.exists():  # finished, and published
            Path(lock.lock_file).unlink(missing_ok=True)
        lock.release()
