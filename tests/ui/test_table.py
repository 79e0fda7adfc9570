"""A table's download, which a spreadsheet may open."""

import io

import pandas as pd

from app.shared.table import as_csv


def test_texts_that_look_like_formulas_stay_texts():
    bad = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]
    table = pd.DataFrame(
        {"=token": [*bad, "a=b", "", "don't"], "p": [-1.5, 2, 3, 4, 5, 6, 7, 8, 9]}, index=[*bad, *"abc"]
    )
    back = pd.read_csv(io.BytesIO(as_csv(table)), index_col=0, keep_default_na=False)
    assert list(back.columns) == ["'=token", "p"]
    assert list(back["'=token"]) == [*(f"'{text}" for text in bad), "a=b", "", "don't"]
    assert all(name.startswith("'") for name in back.index[: len(bad)])
    assert list(back["p"]) == list(table["p"])
