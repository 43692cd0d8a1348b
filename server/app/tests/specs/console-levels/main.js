console.log("log"); console.debug("debug"); console.info("info"); console.warn("warn"); console.error("error");
console.assert(true, "silent"); console.assert(false, "wrong", 1);
