"""What comes next: bars for the chosen position with the sampling sliders under them. Two lenses show it."""

from functools import partial

from app.explore import actions, keys
from app.explore.lenses import prediction_text as content
from app.explore.reading import Reading
from app.explore.start_here import mark_done
from app.shared.browser.prediction import Bar, prediction_bars
from app.shared.sampling import (
    Settings,
    as_values,
    draw_temperature,
    draw_top_k,
    draw_top_p,
    settings_of,
)
from app.shared.theme import percent, plain_token
from gptcore.decode.sampling import Distribution, distribution
from gptcore.largest import largest_first
from gptcore.provenance.cells import Cell


def draw_sampling_sliders() -> None:
    """Temperature, top-k and top-p; they act on kept logits and never run the model."""
    draw_temperature(keys.TEMPERATURE, on_change=partial(mark_done, "temperature"))
    draw_top_k(keys.TOP_K)
    draw_top_p(keys.TOP_P)


def sampling_settings() -> Settings:
    """(temperature, top_k, top_p) as gptcore takes them."""
    return settings_of(keys.TEMPERATURE, keys.TOP_K, keys.TOP_P)


def next_distribution(reading: Reading, position: int) -> Distribution:
    """Every stage for the token after `position`."""
    return distribution(reading.logits[position], *sampling_settings())


def draw_prediction(reading: Reading, position: int, most: int) -> None:
    """Bars for the token after `position`, at most `most` of them, and the one the text really has."""
    stages = next_distribution(reading, position)
    actual = reading.ids[position + 1] if position + 1 < len(reading.ids) else None
    vocab_size = len(stages.raw)
    n_cut = vocab_size - stages.n_kept
    at_end = actual is None
    prediction_bars(
        _bars(reading, position, stages, actual, most),
        title=f"What comes after “{reading.plain_names[position]}”?",
        subtitle=f"Softmax over all {vocab_size:,} tokens. "
        + ("Click one to append it." if at_end else "▸ marks the token that your text has next."),
        note=_note(stages, n_cut),
        clickable=at_end,
        stamp=reading.stamp("bars", position, sampling_settings()),
        key=actions.BARS,
        on_append=actions.append_picked_token,
        on_cell=actions.open_from(actions.BARS),
        cells=[("probability", position), ("sampled", position)] if reading.is_gpt else (),
    )


def shown_tokens(stages: Distribution, most: int) -> list[int]:
    """The likeliest tokens, at most so many, the likeliest first."""
    ranking = stages.raw + stages.scaled * 1e-9  # equal order at every temperature but 0, where scaled is one-hot
    tokens: list[int] = largest_first(ranking, most).tolist()
    return tokens


def _bars(reading: Reading, position: int, stages: Distribution, actual: int | None, most: int) -> list[Bar]:
    shown = shown_tokens(stages, most)
    if actual is not None and actual not in shown:
        shown[-1] = actual
    return [_bar(reading, position, stages, token, token == actual, actual is None) for token in shown]


def probability_cell(position: int, token: int) -> Cell:
    """What a bar shows: the model's probability of a token after `position` or, with the sliders moved, that of drawing
    it."""
    temperature, top_k, top_p = sampling_settings()
    if (temperature, top_k, top_p) == (1.0, None, None):
        return ("probability", position, token)
    return ("sampled", position, token, temperature, *as_values(top_k, top_p))


def _bar(reading: Reading, position: int, stages: Distribution, token: int, is_actual: bool, at_end: bool) -> Bar:
    text = plain_token(reading.checkpoint.tokenizer.token_text(token))
    cut = not stages.kept[token]
    detail = f"“{text}”, id {token}: {percent(stages.raw[token])} from the model"
    detail += ", cut" if cut else f", {percent(stages.final[token])} after temperature and cuts"
    bar = Bar(
        id=token,
        text=text,
        raw=float(stages.raw[token]),
        probability=float(stages.final[token]),
        label="cut" if cut else percent(stages.final[token]),
        cut=bool(cut),
        actual=bool(is_actual),
        detail=detail + (", the text's own next token" if is_actual else "") + _what_it_does(reading, token, at_end),
    )
    if reading.is_gpt:  # a peer's numbers do not open
        bar["cell"] = probability_cell(position, token)
    return bar


def _what_it_does(reading: Reading, token: int, at_end: bool) -> str:
    ends = at_end and token == reading.checkpoint.tokenizer.end_of_text_id
    return f". {content.END_OF_TEXT_BAR}" if ends else ""


def _note(stages: Distribution, n_cut: int) -> str:
    if n_cut == 0:
        return ""
    left = stages.scaled[stages.kept].sum()
    what = "token holds" if stages.n_kept == 1 else "tokens hold"
    return f"{stages.n_kept:,} {what} {percent(left)} and share it out anew; {n_cut:,} are cut."
