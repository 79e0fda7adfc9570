"""A name for what a picture shows: short, and the same for the same values on every server and after every start."""

from hashlib import blake2b


def stamp(*values: object) -> str:
    """Changes whenever one of the values does.

    The browser marks a drawn component with it (`data-drawn`), so that a test can wait for what it asked for. It is a
    hash because it stands in the page, where a text of thousands of tokens has no place.
    """
    return blake2b(repr(values).encode(), digest_size=8).hexdigest()
