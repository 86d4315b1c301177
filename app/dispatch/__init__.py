"""Incidents, crews and the clocks of the service standard: pure functions of the journal's events."""
