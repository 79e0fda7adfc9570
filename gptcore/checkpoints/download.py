"""Fetches the paper's own 117M weights from the Hugging Face hub: the only thing in gptcore that uses a network."""

from pathlib import Path

from gptcore.checkpoints.checkpoint import save
from gptcore.checkpoints.hf import from_hf
from gptcore.errors import InputError

_REPOSITORY = "openai-community/openai-gpt"
_FILES = ["config.json", "model.safetensors", "vocab.json", "merges.txt"]


def download_gpt1(out: str | Path) -> Path:
    """Downloads GPT-1 (about 480 MB) and writes it as a checkpoint into `out`.

    Raises:
        InputError: huggingface_hub is not installed, or the hub cannot be reached.
    """
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError
    except ImportError as error:
        raise InputError("downloading needs one more package: pip install huggingface_hub") from error
    try:
        folder = snapshot_download(_REPOSITORY, allow_patterns=_FILES)
    except (OSError, HfHubHTTPError, LocalEntryNotFoundError) as error:
        raise InputError(
            f"{_REPOSITORY} could not be fetched; is this machine online? ({type(error).__name__})"
        ) from error
    save(from_hf(folder), out)
    return Path(out)
