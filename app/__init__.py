"""The console: journal, operations, command line and window."""
