"""The plan on paper: map, legend, valves, area in words, who is affected; A4 or A3, in either language."""
