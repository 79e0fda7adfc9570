"""What the Layers lens says."""

LOOKS = {"guesses": "Layer by layer", "saliency": "What it hangs on"}
