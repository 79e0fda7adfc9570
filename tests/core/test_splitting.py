"""Examples that are held out: always the same, and none that the others half give away."""

from gptcore.tasks.examples import Example
from gptcore.tasks.splitting import hold_out


def test_what_shares_its_first_text_is_held_out_together():
    examples = [Example((f"premise {i // 3}", f"hypothesis {i}"), "yes") for i in range(90)]
    kept, held_out = hold_out(examples, 0.2)
    assert sorted((*kept, *held_out), key=examples.index) == examples and len(held_out) == 18
    assert {e.texts[0] for e in kept}.isdisjoint(e.texts[0] for e in held_out)
    assert (kept, held_out) == hold_out(examples, 0.2) and hold_out(examples, 0.0) == (tuple(examples), ())
