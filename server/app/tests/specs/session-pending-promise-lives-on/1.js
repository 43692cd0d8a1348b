let open; const gate = new Promise((resolve) => { open = resolve }); const after = gate.then((v) => v + 1); 'waiting'
