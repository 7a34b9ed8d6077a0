"""Tree -> text: the one canonical layout."""
