"""The window. Qt lives here and nowhere else; no algorithm and no store does."""
