"""Isolation by brute force, written from the rules apart from the product: what its answers are compared with."""
