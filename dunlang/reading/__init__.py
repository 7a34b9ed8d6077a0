"""Text -> tree: lines and blocks, one statement at a time, and what is wrong with them."""
