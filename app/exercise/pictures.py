"""What the model says and looks at: next-word bars, four verdicts, and small maps of both heads."""

import numpy as np
import streamlit as st

from app.exercise import keys
from app.exercise import text as content
from app.exercise.text import Moment
from app.exercise.training import Training
from app.shared.browser.prediction import Bar, prediction_bars
from app.shared.choice import draw_choice
from app.shared.figures import filmstrip
from app.shared.stamp import stamp
from app.shared.theme import percent
from gptcore.exercise.looking import Look
from gptcore.exercise.world import EXTRACT, LABELLED, PROMPT, START, VOCABULARY, shares_after


def choose_moment(now: Training) -> Moment:
    """Draws the choice; returns what is chosen of what the training has reached, or the last."""
    chosen = draw_choice("Moment", content.MOMENTS, keys.MOMENT, "finetuned")
    return chosen if chosen in now.looks and now.done else list(now.looks)[-1]


def draw_answers(now: Training, moment: Moment) -> None:
    """Bars of the next word, and of the four verdicts: solid at this moment, dashed at the one before."""
    reached = list(now.looks)
    former = reached[max(0, reached.index(moment) - 1)]
    dashed = content.DASHED.format(moment=content.MOMENTS[former].lower()) if former != moment else ""
    left, right = st.columns(2, gap="medium")
    with left:
        _next_words(now.looks[moment], now.looks[former], moment, dashed)
    with right:
        _verdicts(now.looks[moment], now.looks[former], moment, dashed)


def _next_words(seen: Look, former: Look, moment: Moment, dashed: str) -> None:
    shares = shares_after(PROMPT)
    bars = [
        Bar(
            id=i,
            text=word,
            raw=float(former.next_words[i]),
            probability=float(seen.next_words[i]),
            label=percent(float(seen.next_words[i])),
            cut=False,
            actual=shares[i] > 0,
            detail=f"{word}: {percent(float(seen.next_words[i]))}; {percent(float(former.next_words[i]))} before",
        )
        for i, word in enumerate(VOCABULARY)
    ]
    prediction_bars(
        bars,
        title=content.NEXT_TITLE.format(prompt=PROMPT),
        subtitle=content.NEXT_SUBTITLE.format(moment=content.MOMENTS[moment]),
        note=content.NEXT_NOTE.format(dashed=dashed),
        clickable=False,
        stamp=stamp("next", seen.next_words.tobytes(), former.next_words.tobytes()),
        key="ex_next",
        scale=1.0,
    )


def _verdicts(seen: Look, former: Look, moment: Moment, dashed: str) -> None:
    bars = []
    for i, ((sentence, label), p, was, right) in enumerate(
        zip(LABELLED, seen.of_right_label, former.of_right_label, seen.is_right, strict=True)
    ):
        mark = content.RIGHT_MARK if right else content.WRONG_MARK
        bars.append(
            Bar(
                id=i,
                text=_short(sentence),
                raw=float(was),
                probability=float(p),
                label=mark.format(p=p).replace("%", " %"),
                cut=False,
                actual=False,
                detail=content.VERDICT_DETAIL.format(
                    sentence=sentence, label=label, now=percent(p), before=percent(was)
                ),
            )
        )
    prediction_bars(
        bars,
        title=content.VERDICTS_TITLE,
        subtitle=content.VERDICTS_SUBTITLE.format(moment=content.MOMENTS[moment]),
        note=dashed,
        clickable=False,
        stamp=stamp("verdicts", seen.verdicts.tobytes(), former.verdicts.tobytes()),
        key="ex_verdicts",
        scale=1.0,
    )


def _short(sentence: str) -> str:
    """The two words in which the four differ: all that a phone has room for."""
    _, subject, _, word = sentence.split()
    return content.VERDICT_NAME.format(subject=subject, word=word)


def choose_sentence() -> int:
    """Draws the choice; returns its number among LABELLED."""
    options = {f"s{i}": sentence for i, (sentence, _) in enumerate(LABELLED, start=1)}
    return list(options).index(draw_choice(content.SENTENCE, options, keys.SENTENCE, "s1"))


def draw_attention(now: Training, sentence: int) -> None:
    """A row of small maps for each head, one for each moment that was reached."""
    tokens = [START, *LABELLED[sentence][0].split(), EXTRACT]
    weights = np.stack([seen.attention[sentence] for seen in now.looks.values()])
    moments = [content.SHORT[moment] for moment in now.looks]
    title = content.ATTENTION.format(sentence=LABELLED[sentence][0])
    st.markdown(f"##### {title}")
    st.caption(content.ATTENTION_NOTE.format(tokens=", ".join(tokens)))
    st.plotly_chart(
        filmstrip(weights, moments, tokens), key="ex_attention", config={"displayModeBar": False}, alt=title
    )
