"""What a pre-training takes over from another model: all blocks, and the tokens and positions that both know."""

import pytest
import torch

from gptcore.checkpoints.checkpoint import Checkpoint, save
from gptcore.config import ModelConfig
from gptcore.errors import InputError
from gptcore.model.gpt import GPT
from gptcore.text.tokenizer import Tokenizer
from gptcore.train.transfer import start_from


def test_a_masked_model_starts_from_a_gpt_of_its_shape_whatever_context_and_vocabulary(tokenizer, tmp_path):
    with_marks = tokenizer.with_mask_tokens()
    config = ModelConfig(with_marks.vocab_size, 24, 2, 2, 16, mask="none", segments=2)
    own = Checkpoint(GPT(config), with_marks, config)
    gpt = GPT(own.config.with_changes(mask="causal", segments=0), torch.Generator().manual_seed(9))
    save(Checkpoint(gpt, own.tokenizer, gpt.config), tmp_path / "gpt")
    model = GPT(own.config)
    segments = model.segment_embedding.weight.clone()
    start_from(str(tmp_path / "gpt"), model, own.tokenizer)
    given = gpt.state_dict()
    assert all(torch.equal(value, given[name]) for name, value in model.state_dict().items() if name in given)
    assert torch.equal(model.segment_embedding.weight, segments)
    n_known = own.config.n_positions
    for n_positions in (n_known - 1, n_known + 1):
        other = GPT(own.config.with_changes(n_positions=n_positions))
        was = other.position_embedding.weight[n_known:].clone()
        start_from(str(tmp_path / "gpt"), other, own.tokenizer)
        positions, known = other.position_embedding.weight, given["position_embedding.weight"]
        assert torch.equal(positions[:n_known], known[:n_positions]) and torch.equal(positions[n_known:], was)
    few = Tokenizer.train(["zap zip zop " * 40], 270)
    other = GPT(own.config.with_changes(vocab_size=few.vocab_size))
    was = other.token_embedding.weight.clone()
    n_known = start_from(str(tmp_path / "gpt"), other, few)
    assert n_known == len(set(few.vocab) & set(own.tokenizer.vocab)) < few.vocab_size
    for i, token in enumerate(few.vocab):
        has = token in own.tokenizer.vocab
        theirs = given["token_embedding.weight"][own.tokenizer.vocab.index(token)] if has else was[i]
        assert torch.equal(other.token_embedding.weight[i], theirs)
    assert all(torch.equal(value, given[name]) for name, value in other.state_dict().items() if "blocks." in name)
    with pytest.raises(InputError, match="n_layer"):
        start_from(str(tmp_path / "gpt"), GPT(own.config.with_changes(n_layer=1)), own.tokenizer)
