"""When arrivals are due, what each asks for, and what became of it. Pure: no socket, no clock, no gevent."""
