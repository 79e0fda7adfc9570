"""The arithmetic of a number, opened beside the pictures that show it: Explore and Tasks."""
