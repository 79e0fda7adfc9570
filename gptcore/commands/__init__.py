"""What `python -m gptcore` can do, one module per group of commands; gptcore.__main__ prints what they return."""
