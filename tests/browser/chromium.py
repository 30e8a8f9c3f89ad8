"""The browser that is installed here, if any; Debian's Chromium is the one the suite knows."""

import os
import shutil

PATH = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
LEFT_OUT = PATH is None and not os.environ.get("CI")  # in CI a missing browser is a failure
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
