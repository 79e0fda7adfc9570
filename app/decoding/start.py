"""What every laboratory of the page starts from: a model, and the tokens of the text that is to be written on."""

from dataclasses import dataclass

from app.shared import loaded
from app.shared.loaded import ModelKey
from app.shared.theme import display_token, plain_token
from gptcore.checkpoints.checkpoint import TextModel
from gptcore.lazy import cached_property

MAX_PROMPT = 2_000
"""Characters of the beginning; of a longer one the last ones are read."""


@dataclass(frozen=True)
class Start:
    """A text that is to be written on."""

    key: ModelKey
    text: str

    @property
    def checkpoint(self) -> TextModel:
        """The model that writes."""
        return loaded.checkpoint(self.key)

    @property
    def read(self) -> str:
        """As much of the text's end as is read."""
        return self.text[-MAX_PROMPT:]

    @cached_property
    def ids(self) -> tuple[int, ...]:
        """The tokens that the model reads: the text's, or its last ones if they are more than the context holds."""
        return self._all_ids[-self.checkpoint.config.n_positions :]

    @property
    def is_cut(self) -> bool:
        """Whether the text has more tokens than the context holds."""
        return len(self._all_ids) > self.checkpoint.config.n_positions

    @cached_property
    def _all_ids(self) -> tuple[int, ...]:
        return self.checkpoint.tokenizer.encode(self.read).ids

    @property
    def is_gpt(self) -> bool:
        """Whether a transformer writes; else a peer, which has no key-value cache."""
        return self.checkpoint.config.architecture == "transformer"

    @property
    def stop_ids(self) -> tuple[int, ...]:
        """End-of-text, if the vocabulary has it."""
        return self.checkpoint.tokenizer.stop_ids

    def name(self, token: int) -> str:
        """A token as it is shown, spaces visible."""
        return display_token(self.checkpoint.tokenizer.token_text(token))

    def plain_name(self, token: int) -> str:
        """A token as it is shown in labels and sentences, without its leading space."""
        return plain_token(self.checkpoint.tokenizer.token_text(token))
