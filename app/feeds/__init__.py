"""Messages from outside as they came, from a broker, a server or a file, in a bounded box.

What they mean is told by those who open it: telemetry, and the positions of crews.
"""
