"""The rows of a task, token by token: GPT's with [Start], [Delim] and [Extract], BERT's with [CLS] and [SEP]."""

import streamlit as st

from app.bert import keys
from app.bert import text as content
from app.bert.sentence import MOST_CHARACTERS, MaskedSentence, Sentence
from app.shared import models
from app.shared.browser.task_rows import RowChip, RowPicture, task_rows
from app.shared.browser.token_strip import Chip, token_strip
from app.shared.stamp import stamp
from app.shared.theme import display_token
from gptcore.checkpoints.checkpoint import TextModel
from gptcore.tasks.formats import Row, task_input
from gptcore.text.pairs import mask_ids, pair_row

STRIP = "bert_strip"


def draw_tokens(sentence: Sentence, masked: MaskedSentence | None) -> None:
    """Draws the sentence as both get it; a click on a token hides that one."""
    token_strip(
        [
            Chip(text=name, id=token, band=None, detail=f"{name}\nid {token}" + _hidden(sentence, i))
            for i, (name, token) in enumerate(zip(sentence.names, sentence.ids, strict=True))
        ],
        sentence.gap,
        question=content.STRIP_QUESTION,
        legend=(),
        summary=content.STRIP_SUMMARY.format(n=len(sentence.ids)),
        stamp=stamp("strip", sentence),
        key=STRIP,
        on_pick=_hide,
    )
    if masked is not None:
        _rows([_masked_row(masked)], content.ROW_TITLE, "", stamp("masked row", masked), "bert_masked_row")


def draw_formats(sentence: Sentence, masked: MaskedSentence | None) -> None:
    """Draws the rows for one text and for two."""
    st.markdown(f"#### {content.FORMATS_TITLE}")
    second = st.text_input(
        content.SECOND_LABEL,
        content.SECOND_DEFAULT,
        key=keys.SECOND,
        live="50ms",
        bind="query-params",
        max_chars=MOST_CHARACTERS,
    )
    texts = [text for text in (sentence.read_text, second or "") if text.strip()]
    pictures = _gpt_rows(sentence.checkpoint, models.title(sentence.key.name), texts)
    if masked is not None:
        pictures += _bert_rows(masked.checkpoint, models.title(masked.key.name), texts)
    _rows(pictures, "", content.FORMATS_NOTE, stamp("formats", sentence.key, masked and masked.key, texts), "bert_rows")
    if masked is None:
        st.caption(content.FORMATS_NONE)


def _gpt_rows(checkpoint: TextModel, model: str, texts: list[str]) -> list[RowPicture]:
    tok, room = checkpoint.tokenizer, checkpoint.config.n_positions
    inputs = [task_input(tok, "classification", texts[:1], room)]
    titles = [f"{model}, {content.ONE_TEXT}"]
    if len(texts) > 1:
        inputs.append(task_input(tok, "similarity", texts, room))
        titles += [f"{model}, {content.TWO_TEXTS}", f"{model}, {content.TURNED}"]
    rows = [row for one in inputs for row in one.rows]
    return [RowPicture(title=title, chips=_gpt_chips(checkpoint, row)) for title, row in zip(titles, rows, strict=True)]


def _gpt_chips(checkpoint: TextModel, row: Row) -> list[RowChip]:
    marks = {"start": "[Start]", "delimiter": "[Delim]", "extract": "[Extract]"}
    chips = []
    for i, (token, role, text) in enumerate(zip(row.ids, row.roles, row.text_index, strict=True)):
        name = marks.get(role) or _name(checkpoint, token)
        chips.append(RowChip(text=name, role=role if text is None else f"text-{text}", detail=_detail(name, i, token)))
    return chips


def _bert_rows(checkpoint: TextModel, model: str, texts: list[str]) -> list[RowPicture]:
    titles = [f"{model}, {content.ONE_TEXT}", f"{model}, {content.TWO_TEXTS}: {content.SEGMENTS}"]
    special, pictures = mask_ids(checkpoint.tokenizer), []
    for title, count in zip(titles, range(1, len(texts) + 1), strict=False):
        ids = [checkpoint.tokenizer.encode(text).ids for text in texts[:count]]
        row = pair_row(special, *ids)
        chips = []
        for i, (token, segment, is_text) in enumerate(zip(row.ids, row.segments, row.is_text, strict=True)):
            role = f"text-{segment}" if is_text else "extract" if i == 0 else "delimiter"
            name = _name(checkpoint, token)
            chips.append(RowChip(text=name, role=role, detail=f"{_detail(name, i, token)}\nsegment {'AB'[segment]}"))
        pictures.append(RowPicture(title=title, chips=chips))
    return pictures


def _masked_row(masked: MaskedSentence) -> RowPicture:
    special = mask_ids(masked.checkpoint.tokenizer)
    roles = {special.cls: "extract", special.sep: "delimiter", special.mask: "mask"}
    chips = [
        RowChip(text=name, role=roles.get(token, "text-0"), detail=_detail(name, i, token))
        for i, (name, token) in enumerate(zip(masked.names, masked.ids, strict=True))
    ]
    return RowPicture(title=content.MASKED_ROW.format(model=models.title(masked.key.name)), chips=chips)


def _rows(pictures: list[RowPicture], title: str, note: str, of: str, key: str) -> None:
    roles = {chip["role"] for picture in pictures for chip in picture["chips"]}
    texts = {"title": title, "note": note, "board_title": "", "board_note": "", "board_alt": ""}
    legend = [(role, *content.LEGEND[role]) for role in content.LEGEND if role in roles]
    task_rows(pictures, (), legend=legend, layer=0, head=0, texts=texts, stamp=of, key=key, on_head=_ignore)


def _name(checkpoint: TextModel, token: int) -> str:
    return display_token(checkpoint.tokenizer.token_text(token))


def _detail(name: str, position: int, token: int) -> str:
    return f"{name}\nposition {position + 1}, id {token}"


def _hidden(sentence: Sentence, index: int) -> str:
    return f"\n{content.HIDDEN_DETAIL}" if index == sentence.gap else ""


def _hide() -> None:
    match st.session_state[STRIP].position:
        case int(index):
            st.query_params[keys.GAP] = str(max(0, index) + 1)


def _ignore() -> None:
    """Rows whose heads are not drawn."""
