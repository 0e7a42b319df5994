"""The wording of a contract: its clauses, what an answer shows of them, and searching in them."""
