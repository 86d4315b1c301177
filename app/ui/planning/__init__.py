"""The Plan desk: what else could be closed, what if a valve does not turn, in what order, what brings water back."""
