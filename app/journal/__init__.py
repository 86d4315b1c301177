"""The append-only event log and the folds that turn it into state."""
