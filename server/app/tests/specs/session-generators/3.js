console.log((await later.next()).value, (await later.next()).done);
counter.next().value
