// Units times price by region, out of a file that is read as a stream, line by line.
const totals = new Map();
let rows = 0;
const handle = await fs.promises.open("sales.csv");
let columns;
for await (const line of handle.readLines()) {
  const cells = line.split(",");
  if (columns === undefined) {
    columns = Object.fromEntries(cells.map((name, at) => [name, at]));
    continue;
  }
  rows++;
  const region = cells[columns.region];
  totals.set(region, (totals.get(region) ?? 0) + Number(cells[columns.units]) * Number(cells[columns.price]));
}
await fs.promises.writeFile("report.json", JSON.stringify(Object.fromEntries(totals), null, 2));
({ rows, regions: [...totals.keys()].sort() });
