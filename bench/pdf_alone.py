"""The PDF alone, from an executed notebook: `python -m bench.pdf_alone executed.ipynb out.pdf`.

Prints the seconds of the conversion itself, without the start of the interpreter.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import nbformat

executed, out = map(Path, sys.argv[1:])
os.environ.setdefault("SOURCE_DATE_EPOCH", "0")
began = time.perf_counter()
from analysis.export.pdf import BriefingPDFExporter  # noqa: E402  (part of what is timed)

resources = {"metadata": {"name": out.stem}}
content, _ = BriefingPDFExporter().from_notebook_node(nbformat.read(executed, as_version=4), resources)
out.write_bytes(content)
print(time.perf_counter() - began)
