"""Complaints and calls: what customers say, its clocks, what it belongs to, and when it is escalated."""
