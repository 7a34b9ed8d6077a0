"""What an editor asks of a policy's text while it is being typed.

Pure functions of a text and a place in it; none of them fails on any text. The terminal admin and
a language server share them.
"""
