"""Language understanding: where the sentence encoder lies that `manage.py nlu_encoder` makes."""

from pathlib import Path
from typing import Any

from chatbot_project.env import env

_CHECKOUT = Path(__file__).resolve().parents[3]

NLU: dict[str, Any] = {
    # Beside manage.py by default, so that all stacks and tests of a checkout share one.
    "ENCODER_DIR": Path(env.str("NLU_ENCODER_DIR", default="") or _CHECKOUT / ".infrachat" / "encoder").absolute(),
    # Where trained models are kept by what they were trained on; nowhere unless named.
    "TRAINED_DIR": Path(_trained).absolute() if (_trained := env.str("NLU_TRAINED_DIR", default="")) else None,
}
