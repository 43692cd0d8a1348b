["a\ud800b"]
