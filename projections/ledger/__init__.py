"""The ledger: a Merkle tree over the log as it is stored, signed heads of it, and proofs against them.

It is a projection like the others: the nodes are rebuilt from the log. Only the signed heads are kept for good.
"""
