const fixed = 2; fixed
