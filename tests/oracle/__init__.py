"""The slow and obvious interpreter: what language.md says, sentence by sentence, and nothing else.

It reads checked trees and plain ledger records, and works everything out again for every question.
"""
