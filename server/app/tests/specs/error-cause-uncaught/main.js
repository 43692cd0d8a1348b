const low = new RangeError("the disk is full");
throw new Error("cannot save", { cause: low });
