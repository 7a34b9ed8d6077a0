"""Tree -> checked tree: structure, names, types, money, examples."""
