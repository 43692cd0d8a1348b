const fine = 1;
  JSON.parse("{")
