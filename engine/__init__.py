"""What runs policies: the evaluator, the ledger, the services, the `dun` command."""
