console.log(new Intl.NumberFormat("de-DE", { style: "currency", currency: "EUR" }).format(1234.5));
console.log(new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Tokyo", dateStyle: "full", timeStyle: "short" }).format(0));
console.log(["z", "ä", "a"].sort(new Intl.Collator("de").compare).join(""), [...new Intl.Segmenter("en", { granularity: "word" }).segment("one two")].length);
console.log(new Intl.PluralRules("ar").select(3), new Intl.ListFormat("en").format(["a", "b", "c"]), (1e6).toLocaleString("fr"), "İ".toLocaleLowerCase("tr"));
