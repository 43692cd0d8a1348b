var Kind = 'now text'; let act = () => 'second'; var old;
