"""Mending the drawing: what an import finds wrong as a list of work, each with an edit that would put it right."""
