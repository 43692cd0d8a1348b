const controller = new AbortController(); await null;
controller.signal.onabort = () => { throw new Error("in listener") };
controller.abort(); console.log("after")
