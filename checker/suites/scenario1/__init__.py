"""scenario1: a memory leak."""
