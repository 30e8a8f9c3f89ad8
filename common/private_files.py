"""Files from the shell that hold what only one person may read."""

import os
from pathlib import Path


def write_private(path: Path, body: bytes) -> None:
    """A new file that only its owner can read; half of one is none. ``FileExistsError`` if there is one."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        try:
            file.write(body)
            file.flush()
        except OSError:
            path.unlink()
            raise
