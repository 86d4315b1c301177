"""Live readings: channels, their quality, their history and the alarms made of them. Nothing here knows Qt."""
