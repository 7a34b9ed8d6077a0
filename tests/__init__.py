"""The tests; README.md in this folder tells what lives where."""
