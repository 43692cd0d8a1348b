// node:querystring.
(function () {
const { decodeURIComponent, encodeURIComponent } = __bootstrap.primordials;
const { TextDecoder } = __bootstrap.internals.platform;

const escape = (value) => encodeURIComponent(typeof value === "string" ? value : `${value}`);
const unescape = (text) => {
  try {
    return decodeURIComponent(text);
  } catch {
    // What is no escape stays; bytes that are no UTF-8 are replaced.
    return text.replace(/(?:%[0-9a-f]{2})+/gi, (escaped) => {
      const bytes = Uint8Array.from(escaped.slice(1).split("%"), (digits) => parseInt(digits, 16));
      return new TextDecoder().decode(bytes);
    });
  }
};
const primitive = (value) => {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
      return Number.isFinite(value) ? `${value}` : "";
    case "bigint":
    case "boolean":
      return `${value}`;
    default:
      return "";
  }
};
const stringify = (object, separator = "&", equals = "=", options = {}) => {
  if (object === null || typeof object !== "object") return "";
  const encode = options?.encodeURIComponent ?? escape;
  const pairs = [];
  for (const key of Object.keys(object)) {
    const values = Array.isArray(object[key]) ? object[key] : [object[key]];
    for (const value of values) pairs.push(`${encode(key)}${equals}${encode(primitive(value))}`);
  }
  return pairs.join(separator);
};
const parse = (text, separator = "&", equals = "=", options = {}) => {
  const result = { __proto__: null };
  if (typeof text !== "string" || text === "") return result;
  const decode = options?.decodeURIComponent ?? unescape;
  const most = options?.maxKeys ?? 1000;
  const plain = (part) => decode(part.replaceAll("+", " "));
  const pairs = text.split(separator);
  for (const pair of most > 0 ? pairs.slice(0, most) : pairs) {
    if (pair === "") continue;
    const at = pair.indexOf(equals);
    const key = plain(at < 0 ? pair : pair.slice(0, at));
    const value = at < 0 ? "" : plain(pair.slice(at + equals.length));
    if (!(key in result)) result[key] = value;
    else if (Array.isArray(result[key])) result[key].push(value);
    else result[key] = [result[key], value];
  }
  return result;
};
const exported = { decode: parse, encode: stringify, escape, parse, stringify, unescape };
return { default: exported, ...exported };
})();
