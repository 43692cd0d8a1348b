console.log("a"); console.info("one\ntwo"); console.group("g"); console.warn("inside"); console.groupEnd(); console.error(new Error("shown").message);
