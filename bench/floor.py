"""The least a report needs: one interpreter that imports the four libraries and starts one kernel."""

from __future__ import annotations

import importlib

from jupyter_client.manager import KernelManager

for library in ("pandas", "altair", "papermill", "nbconvert"):
    importlib.import_module(library)
kernel = KernelManager(kernel_name="python3")
kernel.start_kernel()
client = kernel.client()
client.start_channels()
client.wait_for_ready(timeout=120)
client.stop_channels()
kernel.shutdown_kernel(now=True)
