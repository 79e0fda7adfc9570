"""What the Change lens says; each of its looks has its own sentences."""

LOOKS = {"ranking": "Switch off", "patch": "Patch", "pushes": "Who pushes what"}
