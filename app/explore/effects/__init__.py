"""A second text beside the page's own, whose states are put into the first."""
