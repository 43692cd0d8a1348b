x + y + w
