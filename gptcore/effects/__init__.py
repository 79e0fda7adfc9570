"""What changing a part of a model does to its answer, and which parts push it where it goes."""
