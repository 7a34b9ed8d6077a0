"""The slow and obvious interpreter, and the random cases on which the engine must agree with it.

`facts`, `case`, `conditions`, `terms`, `days`, `waits`, `fees`, `ladder` and `play` are the
interpreter. It reads checked trees and plain ledger records, shares no code with the engine, and
works everything out again for every question. A docstring that begins with `Law:`, and whatever
stands in quotation marks in comments, is a sentence of the language's description.

`vocabulary`, `policies`, `random_conditions`, `ledgers`, `scenarios` and `elsewhen` write random
policies and ledgers; `engine_side`, `differences`, `minimal`, `shown` and `fuzz` put them to both.
"""
