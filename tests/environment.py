"""Loaded before the settings: development mode, and a Redis database of its own for each test process."""

import os
import re

os.environ.setdefault("DEBUG", "on")
process = re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", "")) or "0"
if redis := os.environ.get("REDIS_URL"):
    os.environ["REDIS_URL"] = re.sub(r"/\d*$", "", redis) + f"/{int(process) + 1}"
