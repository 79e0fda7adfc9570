"""Bytes as text: the encoding from a mark, from UTF-8's own form, or as a guess from the letters.

In: bytes. Out: text and the name of its encoding, or an error that says what the bytes look like instead. A guess can
be wrong (one byte is à in one encoding and ŕ in another), so `Decoded.is_guess` should be shown beside the text.
"""

import codecs
import re
from dataclasses import dataclass

from gptcore.errors import InputError

_MARKS = {  # UTF-32's begins with UTF-16's, so it comes first
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_CANDIDATES = (
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "koi8_r",
    "cp932",
    "euc_jp",
    "gb18030",
    "big5",
    "cp949",
)
"""What files are still saved in, the likelier first: it wins where the letters fit several equally well.

The library's own first choice is Polish for a short French line, and Korean for Japanese."""
_BINARY = {
    b"PK\x03\x04": "an Excel workbook or a zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file",
    b"%PDF": "a PDF",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"RIFF": "a sound, film or picture",
    b"\x1f\x8b": "a gzip archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
    b"PAR1": "a Parquet file",
    b"SQLite format 3": "an SQLite database",
    b"\x7fELF": "a program",
}
_SAMPLE_BYTES = 100_000
_MOST_DISORDER = 0.5
"""The library's own limit, 0.2, refuses a few lines of good French; noise has far more than this."""
_KANA = re.compile("[\u3040-\u30ff]")
_BEYOND_ASCII = re.compile("[^\x00-\x7f]")
_HIGH_BYTES = bytes(range(0x80, 0x100))
_CUT_LETTERS = re.compile(rb"[\x80-\xff]+\Z")
"""At the end of a sample, where the last letter may lack a byte."""


@dataclass(frozen=True)
class Decoded:
    """A file's text."""

    text: str
    encoding: str
    """As Python names it."""
    is_guess: bool
    """Whether only the letters speak for the encoding."""


def decode(raw: bytes, name: str) -> Decoded:
    """The text of a whole file.

    Args:
        name: what messages call the file.

    Raises:
        InputError: no text (it says what the bytes look like), damaged UTF-8, or no encoding fits.
    """
    refuse_binary(raw, name)
    encoding, is_guess = _stated(raw), False
    if encoding is None:
        encoding, is_guess = guess_encoding(raw), True
    if encoding is None:
        raise InputError(f"{name} is no text in any encoding that can be told from its bytes; save it as UTF-8")
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(f"{name} is no whole {encoding} (see byte {error.start:,}); save it anew as UTF-8") from error
    if (zero := text.find("\0")) >= 0:
        line = text.count("\n", 0, zero) + 1
        raise InputError(f"{name} is not plain text (line {line:,} holds a zero byte); save it anew as UTF-8")
    return Decoded(text, encoding.removesuffix("-sig"), is_guess)


def refuse_binary(start: bytes, name: str) -> None:
    """Raises:
    InputError: a file that begins with these bytes is one of a well-known kind that is not text.
    """
    for signature, what in _BINARY.items():
        if start.startswith(signature):
            raise InputError(f"{name} is {what}, not text; open it in its own program and export its text as UTF-8")


def guess_encoding(raw: bytes) -> str | None:
    """The likeliest encoding of bytes that are not UTF-8, by their lines beyond ASCII; None if none fits."""
    from charset_normalizer import from_bytes

    sample = b"\n".join(line for line in raw.splitlines() if not line.isascii()) + b"\n"
    if len(sample) > _SAMPLE_BYTES:
        sample = _CUT_LETTERS.sub(b"", sample[:_SAMPLE_BYTES])
    matches = from_bytes(sample, threshold=_MOST_DISORDER, cp_isolation=list(_CANDIDATES))
    fitting = {name: match for match in matches for name in match.could_be_from_charset}

    def oddity(name: str) -> float:
        """Disorder less likeness to a language, and less the share of kana, in which the library sees disorder."""
        beyond = "".join(_BEYOND_ASCII.findall(str(fitting[name])))
        kana = len(_KANA.findall(beyond)) / max(1, len(beyond))
        return fitting[name].chaos - 0.3 * fitting[name].coherence - kana

    return min((name for name in _CANDIDATES if name in fitting), key=oddity, default=None)


def _stated(raw: bytes) -> str | None:
    """The encoding that the bytes themselves, or most of them, leave no doubt about."""
    for mark, encoding in _MARKS.items():
        if raw.startswith(mark):
            return encoding
    if len(raw) >= 2 and 0 in raw[:2] and raw[:2] != b"\0\0":  # files begin with an ASCII letter, { or [
        return "utf-16-be" if raw[0] == 0 else "utf-16-le"
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return "utf-8" if mostly_utf8(raw) else None
    return "utf-8"


def mostly_utf8(raw: bytes) -> bool:
    """Whether bytes are UTF-8 for the most part: then the rest is damage, and in any other encoding the letters of the
    whole would turn into nonsense."""
    text = raw.decode("utf-8", "replace")
    n_beyond_ascii = len(text) - len(raw.translate(None, _HIGH_BYTES))
    return 2 * text.count("\ufffd") < n_beyond_ascii
