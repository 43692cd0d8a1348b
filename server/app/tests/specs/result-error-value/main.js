const e = new RangeError("far"); e.stack = "RangeError: far"; e
