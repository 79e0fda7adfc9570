"""The public names of gptcore, for scripts and notebooks: `gptcore.GPT`, `gptcore.load` and so on."""

from gptcore import tasks
from gptcore.checkpoints.checkpoint import Checkpoint, load, save
from gptcore.checkpoints.hf import from_hf, to_hf
from gptcore.checkpoints.masked import load_masked_model
from gptcore.config import ModelConfig
from gptcore.decode.beam import beam_search, beam_steps
from gptcore.decode.exact import exhaustive_best
from gptcore.decode.fill import Filled, fill_mask, pseudo_log_likelihood
from gptcore.decode.generate import generate
from gptcore.effects.contributions import Contributions, contributions
from gptcore.effects.patching import PatchGrid, head_patch_grid, patch_grid
from gptcore.effects.ranking import Ranking, rank_parts
from gptcore.model.bigram import BigramModel
from gptcore.model.gpt import GPT
from gptcore.model.intervention import (
    Intervention,
    hide_token,
    lift_mask,
    replace,
    zero_attention,
    zero_head,
    zero_mlp,
    zero_positions,
)
from gptcore.model.kinds import new_model
from gptcore.model.language_model import LanguageModel
from gptcore.model.lstm import LSTM
from gptcore.model.ngram import Bigram, train_bigram
from gptcore.model.parameters import equal_lstm
from gptcore.provenance.explain import explain
from gptcore.provenance.explanation import Explanation, Term
from gptcore.text.tokenizer import Encoding, Tokenizer
from gptcore.trace.lens import logit_lens
from gptcore.trace.trace import Trace, run_trace

__all__ = [
    "GPT",
    "LSTM",
    "Bigram",
    "BigramModel",
    "Checkpoint",
    "Contributions",
    "Encoding",
    "Explanation",
    "Filled",
    "Intervention",
    "LanguageModel",
    "ModelConfig",
    "PatchGrid",
    "Ranking",
    "Term",
    "Tokenizer",
    "Trace",
    "beam_search",
    "beam_steps",
    "contributions",
    "equal_lstm",
    "exhaustive_best",
    "explain",
    "fill_mask",
    "from_hf",
    "generate",
    "head_patch_grid",
    "hide_token",
    "lift_mask",
    "load",
    "load_masked_model",
    "logit_lens",
    "new_model",
    "patch_grid",
    "pseudo_log_likelihood",
    "rank_parts",
    "replace",
    "run_trace",
    "save",
    "tasks",
    "to_hf",
    "train_bigram",
    "zero_attention",
    "zero_head",
    "zero_mlp",
    "zero_positions",
]
