"""The sentence encoder for the stack: made once, before the processes start that would miss it."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from nlu.encoder.files import is_made

from .state import PROJECT


def encoder_provided(environ: Mapping[str, str], *, say: Callable[[str], None]) -> None:
    """Make it where it is missing; where it cannot be made, say what is lost and go on."""
    directory = Path(environ.get("NLU_ENCODER_DIR") or PROJECT / ".infrachat" / "encoder")
    if is_made(directory):
        return
    say("The sentence encoder was not found; fetching its weights and making it.")
    command = [sys.executable, "manage.py", "nlu_encoder", "--directory", str(directory)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)  # noqa: S603
    if done.returncode == 0:
        say((done.stdout.strip().splitlines() or [f"It is in {directory}."])[-1])
    else:
        # The command's own sentence says what is lost and what to do.
        say((done.stderr.strip().splitlines() or ["It could not be made."])[-1].removeprefix("CommandError: "))
