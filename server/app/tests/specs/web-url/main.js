const u = new URL("../x?a=1&b=%20#h", "https://user:pw@example.org:8080/p/q");
u.searchParams.append("c", "ü"); console.log(u.href, u.origin, u.pathname, [...u.searchParams.keys()].join());
console.log(URL.canParse("::"), new URLSearchParams({ q: "a b" }).toString());
console.log(new URLPattern({ pathname: "/users/:id" }).exec("https://a/users/7").pathname.groups.id);
