"""The workbench around the map: readout, traces, sections, measuring, bookmarks, tables."""
