// fetch, Request and Response (Fetch Standard), for scripts whose operator has [policies.fetch]. What is sent,
// and whether it is, the server decides: here are the objects. Compiled where a job brings the capability.
"use strict";
(({ core, load, FormData, headers }) => {
  const { op_mcp_fetch, op_mcp_fetch_cancel, op_mcp_fetch_read, op_mcp_fetch_write } = core.ops;
  const { ReadableStream } = load("06_streams.js");
  const { AbortSignal } = load("03_abort_signal.js");
  const { Blob } = load("09_file.js");
  const { URL, URLSearchParams } = load("00_url.js");
  const { DOMException } = load("01_dom_exception.js");
  const { TextDecoder, TextEncoder } = globalThis;
  const { freeze, Headers, listOf, TOKEN } = headers;
  const PIECE = 1 << 18;
  const encoder = new TextEncoder();

  // --- bodies: either bytes that are there, or a stream
  const quoted = (text) => text.replace(/\r?\n|\r/g, "%0D%0A").replace(/"/g, "%22");
  const multipart = async (form) => {
    const boundary = `----mcp-v8-${crypto.randomUUID()}`;
    const parts = [];
    for (const [name, value] of form) {
      const head = `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"`;
      if (typeof value === "string") {
        parts.push(`${head}\r\n\r\n${value.replace(/\r\n|\r|\n/g, "\r\n")}\r\n`);
      } else {
        const type = value.type || "application/octet-stream";
        parts.push(`${head}; filename="${quoted(value.name)}"\r\nContent-Type: ${type}\r\n\r\n`, value, "\r\n");
      }
    }
    parts.push(`--${boundary}--\r\n`);
    return { bytes: new Uint8Array(await new Blob(parts).arrayBuffer()), boundary };
  };
  // [a promise of bytes or a stream, its content type]
  const extract = (body) => {
    if (body instanceof ReadableStream) {
      if (body.locked) throw new TypeError("the body is locked");
      return { stream: body, type: null };
    }
    if (body instanceof Blob) return { bytes: body.arrayBuffer().then((buffer) => new Uint8Array(buffer)), type: body.type || null };
    if (body instanceof URLSearchParams) {
      return { bytes: encoder.encode(String(body)), type: "application/x-www-form-urlencoded;charset=UTF-8" };
    }
    if (body instanceof FormData) {
      const made = multipart(body);
      return { bytes: made.then(({ bytes }) => bytes), type: made.then(({ boundary }) => `multipart/form-data; boundary=${boundary}`) };
    }
    if (ArrayBuffer.isView(body)) return { bytes: new Uint8Array(body.buffer.slice(body.byteOffset, body.byteOffset + body.byteLength)), type: null };
    if (core.isAnyArrayBuffer(body)) return { bytes: new Uint8Array(body.slice(0)), type: null };
    return { bytes: encoder.encode(String(body)), type: "text/plain;charset=UTF-8" };
  };
  const collect = async (stream) => {
    const pieces = [];
    let size = 0;
    for await (const piece of stream) {
      if (!(piece instanceof Uint8Array)) throw new TypeError("a body is a stream of Uint8Array");
      pieces.push(piece);
      size += piece.byteLength;
    }
    const whole = new Uint8Array(size);
    let at = 0;
    for (const piece of pieces) {
      whole.set(piece, at);
      at += piece.byteLength;
    }
    return whole;
  };
  const streamOf = (bytes) => new ReadableStream({
    type: "bytes",
    async pull(controller) {
      const whole = await bytes;
      if (whole.byteLength > 0) controller.enqueue(whole.slice());
      controller.close();
      controller.byobRequest?.respond(0);
    },
  }, { highWaterMark: 0 });

  class Body {
    #stream = null;
    #bytes = null;
    #taken = false;
    static {
      Body.start = (self, { bytes = null, stream = null }) => {
        self.#bytes = bytes;
        self.#stream = stream;
      };
      Body.isNull = (self) => self.#bytes === null && self.#stream === null;
      // Its bytes, once; `null` when there is no body.
      Body.take = (self) => {
        if (self.#bytes === null && self.#stream === null) return null;
        if (self.bodyUsed || self.#stream?.locked) throw new TypeError("the body has been used already");
        self.#taken = true;
        return self.#stream === null ? self.#bytes : collect(self.#stream);
      };
      // Its stream, once, where it is one that a script made; `null` for bytes that are there.
      Body.takeStream = (self) => {
        if (self.#stream === null || self.#bytes !== null) return null;
        if (self.bodyUsed || self.#stream.locked) throw new TypeError("the body has been used already");
        self.#taken = true;
        return self.#stream;
      };
      // A second body of the same content.
      Body.split = (self, other) => {
        if (self.bodyUsed || self.#stream?.locked) throw new TypeError("the body has been used already");
        if (self.#stream === null) {
          other.#bytes = self.#bytes;
        } else {
          [self.#stream, other.#stream] = self.#stream.tee();
        }
      };
    }
    get body() {
      if (this.#stream === null && this.#bytes !== null) this.#stream = streamOf(this.#bytes);
      return this.#stream;
    }
    get bodyUsed() {
      return this.#taken || (this.#stream !== null && core.isReadableStreamDisturbed?.(this.#stream) === true);
    }
    async #all() {
      return (await take(this)) ?? new Uint8Array(0);
    }
    async arrayBuffer() {
      const bytes = await this.#all();
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    }
    async bytes() {
      return new Uint8Array(await this.arrayBuffer());
    }
    async blob() {
      return new Blob([await this.#all()], { type: this.headers.get("content-type") ?? "" });
    }
    async text() {
      return new TextDecoder().decode(await this.#all());
    }
    async json() {
      return JSON.parse(await this.text());
    }
    async formData() {
      const type = (this.headers.get("content-type") ?? "").split(";")[0].trim().toLowerCase();
      if (type !== "application/x-www-form-urlencoded") throw new TypeError(`formData() reads application/x-www-form-urlencoded here, not '${type}'`);
      const form = new FormData();
      for (const [name, value] of new URLSearchParams(await this.text())) form.append(name, value);
      return form;
    }
  }
  const { start, isNull, take, takeStream, split } = Body;
  for (const name of ["start", "isNull", "take", "takeStream", "split"]) delete Body[name];
  const withBody = (self, headers, body) => {
    if (body === undefined || body === null) return null;
    const made = extract(body);
    start(self, made);
    if (typeof made.type === "string" && !headers.has("content-type")) headers.set("content-type", made.type);
    return made.type;
  };

  // --- Request
  const METHODS = ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"];
  class Request extends Body {
    #url;
    #method = "GET";
    #headers;
    #redirect = "follow";
    #signal;
    #type = null;
    static {
      Request.contentType = (request) => request.#type;
      Request.is = (value) => typeof value === "object" && value !== null && #url in value;
    }
    constructor(input, init = undefined) {
      super();
      const from = isRequest(input) ? input : null;
      if (init !== undefined && init !== null && typeof init !== "object") throw new TypeError("the options of a request are an object");
      const options = init ?? {};
      const url = from === null ? new URL(String(input)) : new URL(from.url);
      if (url.username !== "" || url.password !== "") throw new TypeError("a URL with credentials cannot be fetched");
      this.#url = url;
      const method = options.method === undefined ? from?.method ?? "GET" : String(options.method);
      if (!TOKEN.test(method)) throw new TypeError(`'${method}' is not a method`);
      const upper = method.toUpperCase();
      if (["CONNECT", "TRACE", "TRACK"].includes(upper)) throw new TypeError(`the method ${upper} is not allowed`);
      this.#method = METHODS.includes(upper) ? upper : method;
      this.#headers = new Headers(options.headers ?? from?.headers);
      const redirect = options.redirect === undefined ? from?.redirect ?? "follow" : String(options.redirect);
      if (!["follow", "error", "manual"].includes(redirect)) throw new TypeError(`redirect is follow, error or manual, not '${redirect}'`);
      this.#redirect = redirect;
      const signal = options.signal === undefined ? from?.signal : options.signal;
      if (signal !== undefined && signal !== null && !(signal instanceof AbortSignal)) throw new TypeError("signal is an AbortSignal");
      this.#signal = AbortSignal.any(signal ? [signal] : []);
      const body = options.body ?? null;
      const hasBody = body !== null || (from !== null && !isNull(from));
      if (hasBody && (this.#method === "GET" || this.#method === "HEAD")) throw new TypeError(`a ${this.#method} request has no body`);
      if (body !== null) {
        this.#type = withBody(this, this.#headers, body);
      } else if (from !== null && !isNull(from)) {
        const stream = takeStream(from);
        start(this, stream === null ? { bytes: Promise.resolve(take(from)) } : { stream });
        this.#type = from.#type;
      }
    }
    get method() {
      return this.#method;
    }
    get url() {
      return this.#url.href;
    }
    get headers() {
      return this.#headers;
    }
    get redirect() {
      return this.#redirect;
    }
    get signal() {
      return this.#signal;
    }
    clone() {
      const copy = new Request(this.url, { method: this.method, headers: this.headers, redirect: this.redirect, signal: this.signal });
      split(this, copy);
      copy.#type = this.#type;
      return copy;
    }
    get [Symbol.toStringTag]() {
      return "Request";
    }
  }
  const contentType = Request.contentType;
  const isRequest = Request.is;
  delete Request.contentType;
  delete Request.is;

  // --- Response
  const NULL_BODY = [101, 103, 204, 205, 304];
  class Response extends Body {
    #status = 200;
    #statusText = "";
    #headers;
    #url = "";
    #redirected = false;
    #type = "default";
    static {
      Response.made = (head, stream) => {
        const response = new Response();
        response.#status = head.status;
        response.#statusText = head.statusText;
        response.#headers = new Headers(head.headers);
        response.#url = head.url;
        response.#redirected = head.redirected;
        response.#type = "basic";
        freeze(response.#headers);
        if (stream !== null) start(response, { stream });
        return response;
      };
    }
    constructor(body = null, init = undefined) {
      super();
      const options = init ?? {};
      const status = options.status === undefined ? 200 : Number(options.status);
      if (!(Number.isInteger(status) && status >= 200 && status <= 599)) throw new RangeError("a status is a number from 200 to 599");
      const statusText = options.statusText === undefined ? "" : String(options.statusText);
      // deno-lint-ignore no-control-regex
      if (/[^\t\x20-\x7e\x80-\xff]/.test(statusText)) throw new TypeError("the status text has characters it cannot have");
      this.#status = status;
      this.#statusText = statusText;
      this.#headers = new Headers(options.headers);
      if (body !== null && body !== undefined) {
        if (NULL_BODY.includes(status)) throw new TypeError(`a response with status ${status} has no body`);
        withBody(this, this.#headers, body);
      }
    }
    static error() {
      const response = new Response();
      response.#type = "error";
      response.#status = 0;
      freeze(response.#headers);
      return response;
    }
    static json(data, init = undefined) {
      const text = JSON.stringify(data);
      if (text === undefined) throw new TypeError("the value cannot be written as JSON");
      const headers = new Headers(init?.headers);
      if (!headers.has("content-type")) headers.set("content-type", "application/json");
      return new Response(text, { ...init, headers });
    }
    static redirect(url, status = 302) {
      if (![301, 302, 303, 307, 308].includes(status)) throw new RangeError("a redirect has status 301, 302, 303, 307 or 308");
      const response = new Response(null, { status, headers: { location: new URL(String(url)).href } });
      freeze(response.#headers);
      return response;
    }
    get status() {
      return this.#status;
    }
    get statusText() {
      return this.#statusText;
    }
    get ok() {
      return this.#status >= 200 && this.#status <= 299;
    }
    get headers() {
      return this.#headers;
    }
    get url() {
      return this.#url;
    }
    get redirected() {
      return this.#redirected;
    }
    get type() {
      return this.#type;
    }
    clone() {
      const copy = new Response(null, { status: this.#status || 200, statusText: this.#statusText, headers: this.#headers });
      copy.#status = this.#status;
      copy.#url = this.#url;
      copy.#redirected = this.#redirected;
      copy.#type = this.#type;
      split(this, copy);
      return copy;
    }
    get [Symbol.toStringTag]() {
      return "Response";
    }
    [Symbol.for("Deno.customInspect")](inspect, options) {
      const { body: _body, ...rest } = { status: this.status, statusText: this.statusText, ok: this.ok, url: this.url, redirected: this.redirected, headers: this.headers, bodyUsed: this.bodyUsed };
      return `Response ${inspect(rest, options)}`;
    }
  }
  const { made } = Response;
  delete Response.made;

  // --- fetch
  // Requests so far: their numbers are unique within a run.
  let requests = 0;
  const reasonOf = (signal) => signal.reason ?? new DOMException("The operation was aborted", "AbortError");
  const untilAborted = (signal, promise, onAbort) => new Promise((resolve, reject) => {
    const abort = () => {
      onAbort();
      reject(reasonOf(signal));
    };
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
  // Sends a stream as the body of a request, as fast as the network takes it. `failed` hears what the stream throws.
  const push = async (request, stream, signal, failed) => {
    const reader = stream.getReader();
    const stop = () => reader.cancel(reasonOf(signal)).catch(() => {});
    signal.addEventListener("abort", stop, { once: true });
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        if (!(value instanceof Uint8Array)) throw new TypeError("a body is a stream of Uint8Array");
        for (let at = 0; at < value.length; at += PIECE) await op_mcp_fetch_write(request, value.slice(at, at + PIECE));
      }
      await op_mcp_fetch_write(request, undefined);
    } catch (error) {
      // A request that is over says itself why; a limit that the body met, and what the stream threw, only this knows.
      if (error?.code !== "error.request") failed(error);
      reader.cancel(error).catch(() => {});
    } finally {
      signal.removeEventListener("abort", stop);
    }
  };
  const bodyStream = (request, signal) => {
    let over = false;
    const cancel = () => {
      if (over) return;
      over = true;
      op_mcp_fetch_cancel(request).catch(() => {});
    };
    return new ReadableStream({
      type: "bytes",
      async pull(controller) {
        if (signal.aborted) {
          cancel();
          throw reasonOf(signal);
        }
        const piece = await untilAborted(signal, op_mcp_fetch_read(request, PIECE), cancel);
        if (piece.byteLength > 0) {
          controller.enqueue(piece);
          return;
        }
        over = true;
        controller.close();
        controller.byobRequest?.respond(0);
      },
      cancel,
    }, { highWaterMark: 0 });
  };
  const { fetch } = {
    async fetch(input, init = undefined) {
      const request = new Request(input, init);
      const { signal } = request;
      if (signal.aborted) throw reasonOf(signal);
      const stream = takeStream(request);
      const bytes = stream === null ? await take(request) : null;
      const type = await contentType(request);
      const headers = listOf(request.headers).map(([name, value]) => [name, value]);
      if (type !== null && !request.headers.has("content-type")) headers.push(["content-type", type]);
      const { url, method, redirect } = request;
      const number = ++requests;
      const cancel = () => {
        op_mcp_fetch_cancel(number).catch(() => {});
      };
      const asked = op_mcp_fetch({ request: number, url, method, headers, redirect, streams: stream !== null }, bytes ?? undefined);
      const sent = stream === null ? asked : new Promise((resolve, reject) => {
        asked.then(resolve, reject);
        push(number, stream, signal, (error) => {
          reject(error);
          cancel();
        });
      });
      const head = await untilAborted(signal, sent, cancel);
      const none = method === "HEAD" || NULL_BODY.includes(head.status);
      return made(head, none ? null : bodyStream(number, signal));
    },
  };
  return { __proto__: null, fetch, Request, Response };
})
