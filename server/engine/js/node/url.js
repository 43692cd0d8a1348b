// node:url: the WHATWG classes, and the way between file: URLs and paths.
(function () {
const { URL, URLSearchParams, URLPattern } = __bootstrap.internals.platform;
const { TypeError, decodeURIComponent } = __bootstrap.primordials;

const refuse = (code, message) => {
  const error = new TypeError(message);
  error.code = code;
  throw error;
};
const fileURLToPath = (url) => {
  const { protocol, hostname, pathname } = typeof url === "string" ? new URL(url) : url;
  if (protocol !== "file:") refuse("ERR_INVALID_URL_SCHEME", "The URL must be of scheme file");
  if (hostname !== "") refuse("ERR_INVALID_FILE_URL_HOST", "The host of a file: URL must be empty");
  if (/%2f/i.test(pathname)) refuse("ERR_INVALID_FILE_URL_PATH", "A path of a file: URL must not include an encoded /");
  return decodeURIComponent(pathname);
};
const pathToFileURL = (path) => {
  const url = new URL("file:///");
  const absolute = path.startsWith("/") ? path : `/${path}`;
  url.pathname = absolute.replaceAll("%", "%25").replaceAll("\\", "%5C").replaceAll("\n", "%0A").replaceAll("\r", "%0D")
    .replaceAll("\t", "%09").replaceAll("?", "%3F").replaceAll("#", "%23");
  return url;
};
const urlToHttpOptions = (url) => ({
  protocol: url.protocol,
  hostname: url.hostname.replace(/^\[|\]$/g, ""),
  hash: url.hash,
  search: url.search,
  pathname: url.pathname,
  path: `${url.pathname}${url.search}`,
  href: url.href,
  ...(url.port === "" ? {} : { port: Number(url.port) }),
  ...(url.username === "" && url.password === ""
    ? {}
    : { auth: `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}` }),
});
const format = (url, options = {}) => {
  const copy = new URL(url);
  if (options.fragment === false) copy.hash = "";
  if (options.search === false) copy.search = "";
  if (options.auth === false) copy.username = copy.password = "";
  return copy.href;
};
const resolve = (from, to) => {
  const base = new URL(from, "resolve://");
  const url = new URL(to, base);
  return url.protocol === "resolve:" ? `${url.pathname}${url.search}${url.hash}` : url.href;
};
// Of a domain the ASCII form; an empty text when it is none.
const domainToASCII = (domain) => {
  try {
    return new URL(`ws://${domain}`).hostname;
  } catch {
    return "";
  }
};
const exported = {
  URL, URLPattern, URLSearchParams, domainToASCII, fileURLToPath, format, pathToFileURL, resolve, urlToHttpOptions,
};
return { default: exported, ...exported };
})();
