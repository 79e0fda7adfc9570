"""Layouts of well-known data sets, the paper's own among them, made into tables with a row for each example."""
