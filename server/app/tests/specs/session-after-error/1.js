let kept = 1; throw new Error("after")
