"""What Explore's menu "Take it away" says."""

PYTHON, TOOLS = "Python", "Other tools"
PYTHON_NOTE = "These lines give the numbers of this view; `gptcore` is the library under this page."
TRACE_NOTE = (
    "Everything that one pass over your text computed, for numpy: scores, weights, vectors, logits. A README inside of "
    "the file names the axes."
)
SAVE_TRACE = "Save the trace as .npz ({size})"
MODEL_NOTE = (
    "The model in the layout of the library transformers: AutoModelForCausalLM and AutoTokenizer open the folder."
)
SAVE_MODEL = "Save {name} for transformers as .zip ({size})"
MODEL_CANNOT = "This model cannot be opened by transformers:"
MODEL_LARGE = "At {size} this model is too large to go through the page; this command writes the same folder:"
MODEL_COMMAND = "python -m gptcore export --model {name} --hf folder"
ABOUT = "model: {model}\nsettings: {line}\ntext: {text}\n"
BESIDE, BESIDE_LABEL, BESIDE_TEXT = "beside it “{name}”", "Beside it", "Text beside it"
