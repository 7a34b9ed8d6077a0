"""Several texts to one tree: `extends` and `include`."""
