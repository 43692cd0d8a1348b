[typeof thing, fixed, Kind, act(), old, old2.a()]
