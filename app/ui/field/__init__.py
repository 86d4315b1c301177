"""The Field desk: a crew at the valves of one incident, in the rain and with gloves on."""
