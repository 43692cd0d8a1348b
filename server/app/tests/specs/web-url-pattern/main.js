const pattern = new URLPattern({ protocol: "http{s}?", hostname: "*.example.com", pathname: "/books/:id(\\d+)/:rest*" });
console.log(pattern.test("https://a.example.com/books/12/x/y"), pattern.test("ftp://a.example.com/books/12"), pattern.test("https://a.example.com/books/no"));
const found = pattern.exec("http://b.example.com/books/7/x/y");
console.log(found.pathname.groups.id, found.pathname.groups.rest, found.hostname.groups[0]);
