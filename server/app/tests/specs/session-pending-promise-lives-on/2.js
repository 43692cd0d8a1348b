open(41); await after
