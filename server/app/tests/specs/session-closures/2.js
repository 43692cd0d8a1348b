await null; [next(), g.next().value]
