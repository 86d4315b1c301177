"""The desk of planned outages: list, calendar, judgement, notices and the checklist for the night."""
