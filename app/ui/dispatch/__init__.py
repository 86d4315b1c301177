"""The dispatch desk: incidents by time to breach, their clocks, crews, orders, and what is done next."""
