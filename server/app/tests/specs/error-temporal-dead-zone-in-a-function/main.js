(() => { early; let early = 1; })()
