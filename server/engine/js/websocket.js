// WebSocket (WebSockets Standard), for scripts whose operator has [policies.websocket]. Whether and where a connection is
// opened, the server decides: here is the object.
"use strict";
((inner) => {
  const { core, load } = inner;
  const { op_mcp_websocket_close, op_mcp_websocket_open, op_mcp_websocket_receive, op_mcp_websocket_send } = core.ops;
  const { CloseEvent, defineEventHandler, ErrorEvent, Event, EventTarget, MessageEvent } = load("02_event.js");
  const { Blob } = load("09_file.js");
  const { URL } = load("00_url.js");
  const { DOMException } = load("01_dom_exception.js");
  const { TextEncoder } = globalThis;
  const [CONNECTING, OPEN, CLOSING, CLOSED] = [0, 1, 2, 3];
  const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
  const SCHEMES = { __proto__: null, "http:": "ws:", "https:": "wss:", "ws:": "ws:", "wss:": "wss:" };
  const encoder = new TextEncoder();
  // Connections so far: their numbers are unique within a run.
  let sockets = 0;
  // Those of this run that are not closed.
  const live = new Set();

  const parsed = (input) => {
    let url;
    try {
      url = new URL(String(input));
    } catch {
      throw new DOMException(`'${input}' is not a URL`, "SyntaxError");
    }
    const scheme = SCHEMES[url.protocol];
    if (scheme === undefined) throw new DOMException(`the scheme of '${url.href}' is not ws or wss`, "SyntaxError");
    url.protocol = scheme;
    if (url.hash !== "") throw new DOMException("the URL of a WebSocket has no fragment", "SyntaxError");
    return url;
  };
  const listed = (protocols) => {
    const list = typeof protocols === "string" ? [protocols] : [...protocols].map(String);
    const good = list.every((one) => TOKEN.test(one)) && new Set(list).size === list.length;
    if (!good) throw new DOMException("subprotocols are tokens, each once", "SyntaxError");
    return list;
  };
  const contents = (data) => {
    if (data instanceof Blob) return { size: data.size, message: data.arrayBuffer().then((buffer) => new Uint8Array(buffer)) };
    const view = ArrayBuffer.isView(data) ? data : core.isAnyArrayBuffer(data) ? new Uint8Array(data) : null;
    if (view === null) {
      const message = String(data).toWellFormed();
      return { size: encoder.encode(message).byteLength, message };
    }
    return { size: view.byteLength, message: new Uint8Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength)) };
  };

  class WebSocket extends EventTarget {
    #number = ++sockets;
    #url;
    #state = CONNECTING;
    #protocol = "";
    #binaryType = "blob";
    #buffered = 0;
    // Messages leave one after the other.
    #sending = Promise.resolve();
    static {
      // The run is over, and with it the connection.
      WebSocket.drop = (socket) => {
        socket.#state = CLOSED;
      };
    }
    constructor(url, protocols = []) {
      super();
      this.#url = parsed(url);
      const offered = listed(protocols);
      live.add(this);
      this.#open(offered);
    }
    get url() {
      return this.#url.href;
    }
    get readyState() {
      return this.#state;
    }
    get protocol() {
      return this.#protocol;
    }
    get extensions() {
      return "";
    }
    get bufferedAmount() {
      return this.#buffered;
    }
    get binaryType() {
      return this.#binaryType;
    }
    set binaryType(value) {
      if (value === "blob" || value === "arraybuffer") this.#binaryType = value;
    }
    send(data) {
      if (this.#state === CONNECTING) throw new DOMException("the connection is not open yet", "InvalidStateError");
      const { size, message } = contents(data);
      this.#buffered += size;
      if (this.#state === OPEN) this.#sending = this.#sending.then(() => this.#send(size, message));
    }
    close(code = undefined, reason = "") {
      if (code !== undefined) {
        code = Math.trunc(Number(code));
        if (code !== 1000 && !(code >= 3000 && code <= 4999)) throw new DOMException("the code of a close is 1000, or from 3000 to 4999", "InvalidAccessError");
      }
      const text = String(reason).toWellFormed();
      if (encoder.encode(text).byteLength > 123) throw new DOMException("the reason of a close is longer than 123 bytes", "SyntaxError");
      if (this.#state === CLOSING || this.#state === CLOSED) return;
      const opening = this.#state === CONNECTING;
      this.#state = CLOSING;
      const say = () => this.#close(code ?? (text === "" ? 0 : 1000), text);
      // What was sent before goes first; before the connection is open there is nothing.
      if (opening) say();
      else this.#sending = this.#sending.then(say);
    }
    async #send(size, message) {
      try {
        const data = await message;
        const isText = typeof data === "string";
        await op_mcp_websocket_send(this.#number, isText ? data : "", isText ? undefined : data);
        this.#buffered -= size;
      } catch (error) {
        // A message over a limit: what comes after it would make no sense without it.
        if (error?.code !== undefined && this.#state === OPEN) {
          this.#failed(error);
          this.close();
        }
      }
    }
    #close(code, reason) {
      return op_mcp_websocket_close(this.#number, code, reason).catch(() => {});
    }
    async #open(protocols) {
      try {
        this.#protocol = await op_mcp_websocket_open(this.#number, this.#url.href, protocols);
      } catch (error) {
        this.#state = CLOSED;
        this.#failed(error);
        this.#ended({ code: 1006, reason: "", clean: false });
        return;
      }
      if (this.#state === CONNECTING) {
        this.#state = OPEN;
        this.dispatchEvent(new Event("open"));
      } else {
        // Closed while it was opened, and too late to give it up.
        this.#close(0, "");
      }
      await this.#receive();
    }
    async #receive() {
      for (;;) {
        let came;
        try {
          came = await op_mcp_websocket_receive(this.#number);
        } catch (error) {
          this.#close(0, "");
          this.#failed(error);
          this.#ended({ code: 1006, reason: "", clean: false });
          return;
        }
        if (typeof came.text !== "string" && !came.bytes) {
          if (!came.clean) this.#failed(new Error(came.reason === "" ? "the connection broke off" : came.reason));
          this.#ended(came);
          return;
        }
        if (this.#state === OPEN) this.dispatchEvent(new MessageEvent("message", { data: this.#data(came), origin: this.#url.origin }));
      }
    }
    #data({ text, bytes }) {
      if (typeof text === "string") return text;
      // A copy, because only what V8 allocates itself counts towards limits.array_buffer_mb.
      const own = bytes.slice();
      return this.#binaryType === "blob" ? new Blob([own]) : own.buffer;
    }
    #failed(error) {
      this.dispatchEvent(new ErrorEvent("error", { message: String(error?.message ?? error), error }));
    }
    #ended({ code, reason, clean }) {
      this.#state = CLOSED;
      live.delete(this);
      this.dispatchEvent(new CloseEvent("close", { wasClean: clean, code, reason: clean ? reason : "" }));
    }
    get [Symbol.toStringTag]() {
      return "WebSocket";
    }
    [Symbol.for("Deno.customInspect")](inspect, options) {
      return `WebSocket ${inspect({ url: this.url, readyState: this.readyState, protocol: this.protocol, binaryType: this.binaryType, bufferedAmount: this.bufferedAmount }, options)}`;
    }
  }
  const { drop } = WebSocket;
  delete WebSocket.drop;
  for (const [name, value] of Object.entries({ CONNECTING, OPEN, CLOSING, CLOSED })) {
    for (const target of [WebSocket, WebSocket.prototype]) Object.defineProperty(target, name, { __proto__: null, value, enumerable: true });
  }
  for (const name of ["open", "message", "error", "close"]) defineEventHandler(WebSocket.prototype, name);
  inner.ends.push(() => {
    for (const socket of live) drop(socket);
    live.clear();
  });
  return { __proto__: null, WebSocket };
})
