const at = Date.UTC(2026, 2, 29, 0, 30);
for (const timeZone of ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"]) {
  console.log(timeZone, new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" }).format(at));
}
console.log(new Date(at).getHours(), new Date(at).toISOString());
