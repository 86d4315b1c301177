"""Water drawn from hydrants, as the journal has it: who draws it, from when until when."""
