"""The arithmetic of the worked examples: each numeric example of the texts that this product follows, step by step.

In go plain numbers, out come frozen records with every intermediate value, unrounded. `given` holds the texts' own
numbers, `checks` compares what they print with what follows from them.
"""
