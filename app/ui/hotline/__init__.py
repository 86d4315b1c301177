"""The Hotline desk: one search, the calls, the callbacks, and where calls point."""
