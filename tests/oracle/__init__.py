"""The slow and obvious interpreter, and the random cases on which the engine must agree with it.

`answers` says what the interpreter is asked and answers; `decision` and `play` ask it. What it
rests on: `facts` and `till` (the ledger and its money), `case` and `accounts` (what is dunned),
`versions`, `law`, `conditions` and `terms` (what the policies say), `days`, `waits`, `fees`,
`rounding` and `interest`, `ladder` (which stage is next), `executed` and `execution`, `story` and
`today` (one day after the other) and `alone` (a case by itself). It reads checked trees and plain
ledger records and shares no code with the engine. A docstring that begins with `Law:`, and whatever
stands in quotation marks in comments, is a sentence of the language's description.

`vocabulary`, `policies`, `drafts`, `random_*`, `chances`, `ledgers`, `scenarios` and `elsewhen`
write random policies, tables and ledgers; `engine_side`, `differences`, `minimal`, `shown` and
`fuzz` put them to both.
"""
