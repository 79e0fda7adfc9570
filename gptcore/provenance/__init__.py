"""Where a number comes from: its formula, its terms, and what those come from, down to the weights."""
