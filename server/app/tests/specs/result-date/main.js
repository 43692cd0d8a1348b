new Date(0)
