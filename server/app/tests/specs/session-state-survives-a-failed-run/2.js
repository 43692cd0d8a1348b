let open; const gate = new Promise((resolve) => { open = resolve }); gate.then((v) => kept.push(v)); open(41); await null; await null; kept
