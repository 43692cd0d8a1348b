if (1 < 2) { return "early" }
"late"
