"""The language: text -> tree -> checked tree -> plan."""
