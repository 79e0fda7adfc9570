"""What is said about taking something away."""

TAKE = "Take it away"
PICTURES, TABLES, VIEW_FILE, LINK = "Pictures", "Tables", "Whole view", "Link"
NO_PICTURE = "There is no picture on the page right now."
PICTURES_NOTE = "Each picture with its title and settings. SVG stays sharp at any size; PNG has two pixels for one."
TABLES_NOTE = "Each table as CSV; a text that a spreadsheet would take for a formula is marked as a text."
NO_TABLE = "There is no table on the page right now."
FILE_NOTE = (
    "One HTML file with the pictures and tables of this view, for when there is no network: the same numbers, light or "
    "dark as the reader's system. Pointing at things still works in it. Left out are boxes and sliders, which need the "
    "model, and an opened number's formula, whose terms are there; in place of a chart of Plotly stands its table."
)
SAVE_FILE = "Save this view as HTML"
LINK_NOTE = "It opens this view: the model, the text and every choice."
TOO_LONG = (
    "At {n:,} characters the address is too long for a QR code that a phone reads across a hall; copy it instead."
)
ONLY_HERE = (
    "Other machines cannot open it: `localhost` is this machine alone. Start the app with "
    "`python -m app --server.address 0.0.0.0 --server.allowedHosts NAME`, NAME being this machine's name or address in "
    "your network, and open the page by that name."
)
NO_ADDRESS = "The browser has not told the page's address; copy it from there."
QR_ALT = "QR code of this page's address"
EVERY_NUMBER = "GPT Explorer. Every number is the running model's own."
EXPLORE = "GPT Explorer. Probabilities are over the whole vocabulary of {n:,} tokens; every number is the model's own."
