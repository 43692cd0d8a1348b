console.log(["résumé", "resume", "Résumé"].sort(new Intl.Collator("fr", { sensitivity: "variant" }).compare).join());
console.log(["10", "9", "1"].sort(new Intl.Collator("en", { numeric: true }).compare).join(), new Intl.Collator("en", { sensitivity: "base" }).compare("a", "Á"));
console.log([...new Intl.Segmenter("en", { granularity: "grapheme" }).segment("e\u0301👩‍👩‍👧")].length);
console.log(new Intl.NumberFormat("en-IN").format(1234567.891), new Intl.NumberFormat("en", { notation: "compact" }).format(1_250_000));
