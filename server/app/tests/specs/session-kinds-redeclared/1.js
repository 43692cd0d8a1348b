let thing = 1; const fixed = 1; class Kind { a() { return 'first' } } function act() { return 'first' } var old = 1;
