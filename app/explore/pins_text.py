"""What is said around pins."""

PIN = "Pin this view"
PIN_HELP = (
    "Keeps this view (text, model, checkpoint, what is switched off, temperature and cuts) under a name, to stand "
    "beside whatever you look at next."
)
FULL = "There are {most} pins already: delete one first."
BESIDE = "Beside this view"
EDIT = "Edit pins"
NAME = "Name"
OPEN, DELETE, UNDO_DELETE = "Open", "Delete", "Undo delete"
OPEN_HELP = "The page becomes this view. Undo brings your text back."
SHARED = "All pins are in the page’s address: a copied link holds them."
NOT_SHARED = "{names}: too long for the page’s address, so only in this session."
CANNOT_OPEN = "This pin cannot be opened: {problem}"
UNTRAINED, AT_STEP = "before training", "step {step:,}"
OFF = "{n} off"
