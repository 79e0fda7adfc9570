"""The paper's claims, measured again on our own models; and the paper's own results, as data."""
