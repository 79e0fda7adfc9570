"""To and from the folders of Hugging Face's transformers, so that its GPTs open here and ours there."""

import tempfile
import zipfile
from pathlib import Path

from gptcore.checkpoints.checkpoint import Checkpoint, write_json
from gptcore.checkpoints.hf_folder import read_hf
from gptcore.checkpoints.hf_layouts import HEAD, config_to_hf, layout_for, transposed
from gptcore.checkpoints.weights import WEIGHTS, write_tensors
from gptcore.model.kinds import as_gpt
from gptcore.model.parameters import parameter_count
from gptcore.text.styles import END_OF_TEXT


def from_hf(folder: str | Path) -> Checkpoint:
    """Reads a folder of the layout openai-gpt or gpt2: one file of weights or several, in any floating-point format.

    The tokenizer is None if the folder has no tokenizer files. Heads for other tasks are left out; the card names them.

    Raises:
        InputError: the folder holds another kind of model, or weights in a format that would have to be unpickled.
        CheckpointError: files are missing or do not fit each other.
    """
    return Checkpoint(*read_hf(Path(folder)))


def to_hf(checkpoint: Checkpoint, folder: str | Path) -> None:
    """Writes a folder that transformers' AutoModelForCausalLM and AutoTokenizer open.

    A post-norm model becomes an openai-gpt, a pre-norm one a gpt2.

    Raises:
        InputError: the model's shape is none that these have; a peer's or a masked model's never is.
    """
    as_gpt(checkpoint.model)
    folder, config, tokenizer = Path(folder), checkpoint.config, checkpoint.tokenizer
    end_of_text = None if tokenizer is None else tokenizer.end_of_text_id
    values = config_to_hf(config, end_of_text)
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "config.json", values)
    if tokenizer is not None:
        tokenizer.save(folder)
        ends = {} if end_of_text is None else dict.fromkeys(("bos_token", "eos_token"), END_OF_TEXT)
        write_json(folder / "tokenizer_config.json", {"tokenizer_class": "PreTrainedTokenizerFast", **ends})
    layout = layout_for(config)
    weights = {
        ("" if name == HEAD else "transformer.") + layout.their_name(name): transposed(name, value).float()
        for name, value in checkpoint.model.state_dict().items()
    }
    write_tensors(folder / WEIGHTS, weights, {"format": "pt"})


def hf_zip_bytes(checkpoint: Checkpoint) -> int:
    """About how many bytes `to_hf_zip` gives: four a weight, and the tokenizer's file.

    Raises:
        InputError: as `to_hf`.
    """
    as_gpt(checkpoint.model)
    config_to_hf(checkpoint.config, None)
    return 4 * parameter_count(checkpoint.config) + (0 if checkpoint.tokenizer is None else 500_000)


def to_hf_zip(checkpoint: Checkpoint) -> bytes:
    """The files of `to_hf` as a zip file.

    Raises:
        InputError: as `to_hf`.
    """
    with tempfile.TemporaryDirectory() as place:
        to_hf(checkpoint, Path(place, "model"))
        packed = Path(place, "packed.zip")
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:  # weights do not get smaller
            for file in sorted(Path(place, "model").iterdir()):
                archive.write(file, file.name)
        return packed.read_bytes()
