"""Reports: what is owed, what dunning does about it, and what came of it."""
