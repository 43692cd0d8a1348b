n = 2; let = ;
