"""The public names of gptcore, for scripts and notebooks: `gptcore.GPT`, `gptcore.load` and so on."""

from gptcore import tasks
from gptcore.checkpoints.checkpoint import Checkpoint, load, save
from gptcore.checkpoints.hf import from_hf, to_hf
from gptcore.config import ModelConfig
from gptcore.decode.beam import beam_search, beam_steps
from gptcore.decode.exact import exhaustive_best
from gptcore.decode.generate import generate
from gptcore.model.gpt import GPT
from gptcore.model.intervention import (
    Intervention,
    hide_token,
    replace,
    zero_attention,
    zero_head,
    zero_mlp,
    zero_positions,
)
from gptcore.provenance.explain import explain
from gptcore.provenance.explanation import Explanation, Term
from gptcore.text.tokenizer import Encoding, Tokenizer
from gptcore.trace.trace import Trace, run_trace

__all__ = [
    "GPT",
    "Checkpoint",
    "Encoding",
    "Explanation",
    "Intervention",
    "ModelConfig",
    "Term",
    "Tokenizer",
    "Trace",
    "beam_search",
    "beam_steps",
    "exhaustive_best",
    "explain",
    "from_hf",
    "generate",
    "hide_token",
    "load",
    "replace",
    "run_trace",
    "save",
    "tasks",
    "to_hf",
    "zero_attention",
    "zero_head",
    "zero_mlp",
    "zero_positions",
]
