"""What the desk does, each module read like the dispatcher's checklist."""
