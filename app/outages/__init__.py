"""Planned outages: what the journal says of them, how the service standard judges them, and what the public is told."""
