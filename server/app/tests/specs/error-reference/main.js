const known = 1;
known + unknown
