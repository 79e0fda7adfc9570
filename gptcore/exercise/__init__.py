"""The final exercise of the course text: a world of ten tokens, in which a GPT-1 of one block learns in a second."""
