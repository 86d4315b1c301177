"""The command line: ``sluice`` opens the window, its subcommands serve scripts."""
