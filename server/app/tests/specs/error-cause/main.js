try { try { null.x } catch (e) { throw new Error("outer", { cause: e }) } } catch (e) { console.log(e.message, e.cause instanceof TypeError, e.stack.includes("script") || e.stack.includes("run-")) }
