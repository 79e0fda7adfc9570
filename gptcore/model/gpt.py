"""The model: GPT-1's decoder-only transformer (paper, sections 3.1 and 4.1), small enough to read on one screen.

    h_0 = token embedding + position embedding
    h_l = block(h_{l-1})                            l = 1 .. n_layer
    logits = h_n  token_embedding^T                 (the output layer is the token table again: "tied", or its own)

In: token ids (B, T). Out: logits (B, T, V). It knows no text, no training and no caller: a Capture, a KVCache and
interventions are arguments, so that one model can be shared by all threads.
"""

from collections.abc import Callable, Collection, Mapping
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gptcore.config import Activation, ModelConfig, require_causal
from gptcore.errors import InputError
from gptcore.model.attention import SelfAttention
from gptcore.model.cache import KVCache
from gptcore.model.capture import Capture
from gptcore.model.changes import Changes, at
from gptcore.model.intervention import Intervention
from gptcore.model.kernels.dropout import dropout
from gptcore.model.language_model import LanguageModel
from gptcore.model.loss import token_losses
from gptcore.model.marks import Marks
from gptcore.model.tables import Sinusoids, embedding, positions

_ACTIVATIONS: dict[Activation, Callable[[Tensor], Tensor]] = {
    "gelu_tanh": partial(F.gelu, approximate="tanh"),
    "gelu_erf": F.gelu,
    "relu": F.relu,
    "silu": F.silu,
}


class MLP(nn.Module):
    """The position-wise feed-forward network: D -> d_ff -> D, with GPT-1's GELU between or another activation."""

    def __init__(self, config: ModelConfig):
        super().__init__()
        self.fc = nn.Linear(config.d_model, config.d_inner)
        self.proj = nn.Linear(config.d_inner, config.d_model)
        self.activation = _ACTIVATIONS[config.activation]

    def forward(self, x: Tensor, layer: int, capture: Capture | None = None, changes: Changes | None = None) -> Tensor:
        """(B, T, D) -> (B, T, D)."""
        up = at("mlp_up", layer, self.fc(x), capture, changes)
        act = at("mlp_act", layer, self.activation(up), capture, changes)
        return self.proj(act)


class Block(nn.Module):
    """Attention, then the feed-forward network, each with a residual sum and a LayerNorm.

    Post-norm (GPT-1) normalises the sum itself, so a block's output is not its input plus something:
    n = ln_1(x + attn(x)); y = ln_2(n + mlp(n)). Pre-norm (GPT-2): n = x + attn(ln_1(x)); y = n + mlp(ln_2(n)).
    """

    def __init__(self, config: ModelConfig):
        super().__init__()
        self.post_norm = config.norm == "post"
        self.dropout = config.dropout
        self.attn = SelfAttention(config)
        self.ln_1 = nn.LayerNorm(config.d_model, config.layer_norm_eps)
        self.mlp = MLP(config)
        self.ln_2 = nn.LayerNorm(config.d_model, config.layer_norm_eps)

    def forward(
        self,
        x: Tensor,
        layer: int,
        capture: Capture | None = None,
        cache: KVCache | None = None,
        changes: Changes | None = None,
        head_out: Tensor | None = None,
        padding: Tensor | None = None,
    ) -> Tensor:
        """x (B, T, D) -> y (B, T, D). Where `head_out` (B, H, T, d_head) is known, attention starts from that;
        `padding` as in SelfAttention.forward."""
        if head_out is None:
            attn_in = at("attn_in", layer, self.attention_reads(x), capture, changes)
            a = self.attn(attn_in, layer, capture, cache, changes, padding)
        else:
            a = self.attn.join(head_out, layer, capture, changes)
        n = x + self._drop(at("attn_out", layer, a, capture, changes))
        if self.post_norm:
            n = self.ln_1(n)
        n = at("mid", layer, n, capture, changes)
        mlp_in = at("mlp_in", layer, n if self.post_norm else self.ln_2(n), capture, changes)
        m = at("mlp_out", layer, self.mlp(mlp_in, layer, capture, changes), capture, changes)
        y = n + self._drop(m)
        return self.ln_2(y) if self.post_norm else y

    def attention_reads(self, x: Tensor) -> Tensor:
        """What attention reads of the block's input: x itself, in a pre-norm block normalised."""
        return x if self.post_norm else self.ln_1(x)

    def _drop(self, x: Tensor) -> Tensor:
        return dropout(x, self.dropout, self.training)


class GPT(LanguageModel):
    """A GPT language model; or, by its config, a masked one of the same blocks: BERT's encoder (Devlin et al. 2019).

    One without the causal mask reads a whole row at once and writes nothing: it takes no cache.

    Args:
        config: its shape.
        generator: source of the initial weights, N(0, init_std). None: a new one with seed 0, so that equal
            configs start equal and nobody's random state moves.
        device: where the weights are made; "meta" gives their names and shapes alone, takes no memory, and waits
            for `fill`.
    """

    def __init__(self, config: ModelConfig, generator: torch.Generator | None = None, device: str = "cpu"):
        super().__init__()
        self.config = config
        with torch.device("meta"):  # shapes only: _initialise fills them from the generator, once
            self.token_embedding = embedding(config.vocab_size, config.d_model)
            self.position_embedding = positions(config)
            self.segment_embedding = embedding(config.segments, config.d_model) if config.segments else None
            self.blocks = nn.ModuleList(Block(config) for _ in range(config.n_layer))
            self.final_norm = nn.LayerNorm(config.d_model, config.layer_norm_eps) if config.norm == "pre" else None
            self.lm_head = None if config.tied else nn.Linear(config.d_model, config.vocab_size, bias=False)
        if device != "meta":
            empty = {name: torch.empty(like.shape, device=device) for name, like in self.state_dict().items()}
            self._take(empty)
            self._initialise(generator or torch.Generator().manual_seed(0))

    def forward(
        self,
        ids: Tensor,
        capture: Capture | None = None,
        cache: KVCache | None = None,
        interventions: Collection[Intervention] = (),
        marks: Marks | None = None,
    ) -> Tensor:
        """ids (B, T) int64 -> logits (B, T, V) float32; as LanguageModel.forward.

        Args:
            marks: of a model without the causal mask: segments and padding. None: one text, and no padding.

        Raises:
            InputError: more tokens than positions, or none; an intervention that does not fit this model; a cache for
                a model without the causal mask.
        """
        return self._predicted(self.hidden_states(ids, capture, cache, interventions, marks), capture)

    def hidden_states(
        self,
        ids: Tensor,
        capture: Capture | None = None,
        cache: KVCache | None = None,
        interventions: Collection[Intervention] = (),
        marks: Marks | None = None,
    ) -> Tensor:
        """ids (B, T) -> the vectors the output layer reads, (B, T, D); arguments as in forward."""
        if cache is not None:
            require_causal(self.config)
        start = 0 if cache is None else cache.length
        changes = self.changes(interventions, start)
        h = self.embed(ids, capture, start, changes, None if marks is None else marks.segments)
        h = dropout(h, self.config.dropout, self.training)
        padding = None if marks is None or self.config.is_causal else marks.key_mask(h)
        return self._from(0, h, capture, cache, changes, padding=padding)

    def resume(
        self,
        h: Tensor,
        layer: int,
        interventions: Collection[Intervention] = (),
        pause: Callable[[], None] = lambda: None,
        head_out: Tensor | None = None,
    ) -> Tensor:
        """Goes on from a boundary: what block `layer` reads, (B, T, D) -> what the output layer reads.

        Args:
            interventions: those at the boundary itself, ("hidden", layer), are made, too.
            pause: called after each block, as a Capture's.
            head_out: what the heads of block `layer` have gathered, (B, H, T, d_head), where that is known already.
        """
        changes = self.changes(interventions)
        h = at("hidden", layer, h, None, changes)
        return self._from(layer, h, Capture((), self.config.n_layer, pause=pause), None, changes, head_out)

    def _from(
        self,
        first: int,
        h: Tensor,
        capture: Capture | None,
        cache: KVCache | None,
        changes: Changes | None,
        head_out: Tensor | None = None,
        padding: Tensor | None = None,
    ) -> Tensor:
        """Through the blocks from `first` on; `head_out` as in resume, `padding` as in SelfAttention.forward."""
        for layer in range(first, self.config.n_layer):
            h = self.blocks[layer](h, layer, capture, cache, changes, head_out, padding)
            h = at("hidden", layer + 1, h, capture, changes)
            head_out = None
            if capture is not None:
                capture.pause()
        if cache is not None:
            cache.length += h.shape[-2]
        return at("final", None, h if self.final_norm is None else self.final_norm(h), capture, changes)

    def embed(
        self,
        ids: Tensor,
        capture: Capture | None = None,
        start: int = 0,
        changes: Changes | None = None,
        segments: Tensor | None = None,
    ) -> Tensor:
        """ids (B, T) -> h_0 (B, T, D); the first of them stands at position `start`, and is of text segments (B, T)."""
        B, T = ids.shape
        if not 1 <= T <= self.config.n_positions - start:
            raise InputError(
                f"{start + T} tokens where this model reads 1 to {self.config.n_positions}; shorten the text"
            )
        h = at("token_embedding", None, self.token_embedding(ids), capture, changes)
        if self.position_embedding is not None:
            positions = self.position_embedding.weight[start : start + T][None]
            if changes is not None:  # each row of the batch may have its own
                positions = positions.expand(B, T, -1)
            h = h + at("position_embedding", None, positions, capture, changes)
        if self.segment_embedding is not None:
            h = h + self.segment_embedding(torch.zeros_like(ids) if segments is None else segments)
        return at("hidden", 0, h, capture, changes)

    def changes(self, interventions: Collection[Intervention], start: int = 0) -> Changes | None:
        """Interventions as a pass wants them whose first token stands at position `start`; None of none.

        Raises:
            InputError: one of them does not fit this model.
        """
        return Changes(interventions, self.config, self.device, start) if interventions else None

    def unembed(self, h: Tensor) -> Tensor:
        """Vectors (..., D) -> logits (..., V): how well each row of the output table matches, without bias."""
        return F.linear(h, self.output_table).float()

    def surprisal(self, h: Tensor, targets: Tensor) -> Tensor:
        """-ln p of the tokens that follow, (N,) float32 without gradients, in nats; h (N, D), targets (N,)."""
        return token_losses(h, self.output_table, targets)

    def new_memory(self, batch_size: int = 1, capacity: int | None = None) -> KVCache:
        """An empty cache of keys and values for so many tokens; for a whole context without `capacity`."""
        config = self.config if capacity is None else self.config.with_changes(n_positions=capacity)
        return KVCache(config, batch_size, self.device)

    def check(self, interventions: Collection[Intervention]) -> None:
        """Raises:
        InputError: an intervention does not fit this model.
        """
        self.changes(interventions)

    def fill(self, weights: Mapping[str, Tensor]) -> None:
        """Gives memory and these weights, by the names of `state_dict`, to a model that has names and shapes alone."""
        self._take({name: _copied(value) for name, value in weights.items()})

    def _take(self, tensors: Mapping[str, Tensor]) -> None:
        """Puts tensors where names and shapes are. (`to_empty` does so, too, but makes torch load its compiler.)"""
        self.load_state_dict(tensors, assign=True)
        if isinstance(self.position_embedding, Sinusoids):
            self.position_embedding.fill(self.device)

    @property
    def output_table(self) -> Tensor:
        """(V, D): the token table where the two are tied, otherwise the output layer's own weights."""
        return self.token_embedding.weight if self.lm_head is None else self.lm_head.weight

    @property
    def n_positions(self) -> int:
        """The context: there are no more position embeddings."""
        return self.config.n_positions

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.token_embedding.weight.device

    @torch.no_grad()
    def _initialise(self, generator: torch.Generator) -> None:
        for module in self.modules():
            if isinstance(module, nn.Linear | nn.Embedding):
                module.weight.normal_(0, self.config.init_std, generator=generator)
            if isinstance(module, nn.Linear) and module.bias is not None:
                module.bias.zero_()
            if isinstance(module, nn.LayerNorm):
                module.reset_parameters()


def _copied(weights: Tensor) -> Tensor:
    """In float32 and in memory of its own, row by row."""
    return weights.to(torch.float32, copy=True, memory_format=torch.contiguous_format)
