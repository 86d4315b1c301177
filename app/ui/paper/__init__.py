"""Maps on paper: one sheet or a book of them, as PDF or PNG, with title block, legend, scale bar, grid and tables."""
