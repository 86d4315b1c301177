"""The process that does whole-city work, so that the window never waits."""
