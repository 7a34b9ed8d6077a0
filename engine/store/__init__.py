"""What a company keeps: ledger, published policies, runs, actions, audit trail, accounts.

SQLite (a file, no set-up) or PostgreSQL; the same code on both.
"""
