let n = 1; n = 2; throw new Error('half way'); n = 3
