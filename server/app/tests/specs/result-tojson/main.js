({ toJSON() { return "mine" } })
