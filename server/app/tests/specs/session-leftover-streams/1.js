const endless = new ReadableStream({ pull(controller) { controller.enqueue(1) } }); let read = 0;
(async () => { for await (const one of endless) { if (++read === 50) console.log("old chunk") } })(); throw new Error("now")
