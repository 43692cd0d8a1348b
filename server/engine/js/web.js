// The web platform of Deno that needs no policy, put on the global object. Runs once, while the base is made.
"use strict";
(() => {
  const { core } = globalThis.Deno;
  const load = (file) => core.loadExtScript(`ext:deno_web/${file}`);
  const { URL, URLSearchParams } = load("00_url.js");
  const { URLPattern } = load("01_urlpattern.js");
  const { DOMException } = load("01_dom_exception.js");
  const event = load("02_event.js");
  const { structuredClone: clone } = load("02_structured_clone.js");
  const { AbortController, AbortSignal } = load("03_abort_signal.js");
  const { atob, btoa } = load("05_base64.js");
  const streams = load("06_streams.js");
  const encoding = load("08_text_encoding.js");
  const { Blob, File } = load("09_file.js");
  const { FileReader } = load("10_filereader.js");
  const { CompressionStream, DecompressionStream } = load("14_compression.js");
  const timing = load("15_performance.js");
  // Where an exception of an event listener is told to first. Nobody listens on the global object, which is no EventTarget
  // here; so it is unhandled, and report.js ends the run with it.
  event.saveGlobalThisReference({ __proto__: null, dispatchEvent: () => true });
  // Errors of deno_web's ops name these classes; an unknown class would be thrown as undefined.
  const classes = [
    "AbortError", "DataCloneError", "DataError", "IndexSizeError", "InvalidCharacterError", "InvalidStateError",
    "NotFoundError", "NotSupportedError", "OperationError", "QuotaExceededError", "SyntaxError",
  ];
  for (const name of classes) {
    core.registerErrorBuilder(`DOMException${name}`, (message) => new DOMException(message, name));
  }

  // Deno's clone without its message ports: buffers to be transferred are copied with the rest, then detached.
  const { transfer: detach } = ArrayBuffer.prototype;
  const { apply } = Reflect;
  // Objects of the crypto scripts that the clone under way has met.
  const cloning = { __proto__: null, kept: undefined };
  globalThis.__bootstrap.cloning = cloning;
  const { structuredClone } = {
    structuredClone(value, options = undefined) {
      if (arguments.length === 0) throw new TypeError("structuredClone needs an argument");
      const transfer = options?.transfer === undefined ? [] : [...options.transfer];
      for (let i = 0; i < transfer.length; i++) {
        if (!core.isArrayBuffer(transfer[i])) {
          throw new DOMException("only an ArrayBuffer can be transferred here", "DataCloneError");
        }
      }
      const outer = cloning.kept;
      cloning.kept = [];
      let copy;
      try {
        copy = clone(value);
      } finally {
        cloning.kept = outer;
      }
      for (let i = 0; i < transfer.length; i++) apply(detach, transfer[i], []);
      return copy;
    },
  };
  // For host.js, which removes it.
  globalThis.Deno.setTimeOrigin = timing.setTimeOrigin;

  const define = (values) => {
    for (const name of Object.keys(values)) {
      if (values[name] === undefined) throw new Error(`the base lacks ${name}`);
      Object.defineProperty(globalThis, name, {
        __proto__: null, value: values[name], writable: true, enumerable: false, configurable: true,
      });
    }
  };
  const { CloseEvent, CustomEvent, ErrorEvent, Event, EventTarget, MessageEvent, ProgressEvent } = event;
  const {
    ByteLengthQueuingStrategy, CountQueuingStrategy, ReadableByteStreamController, ReadableStream,
    ReadableStreamBYOBReader, ReadableStreamBYOBRequest, ReadableStreamDefaultController,
    ReadableStreamDefaultReader, TransformStream, TransformStreamDefaultController, WritableStream,
    WritableStreamDefaultController, WritableStreamDefaultWriter,
  } = streams;
  const { TextDecoder, TextDecoderStream, TextEncoder, TextEncoderStream } = encoding;
  const { Performance, PerformanceEntry, PerformanceMark, PerformanceMeasure, performance } = timing;
  define({
    URL, URLSearchParams, URLPattern, DOMException, CloseEvent, CustomEvent, ErrorEvent, Event, EventTarget,
    MessageEvent, ProgressEvent, structuredClone, AbortController, AbortSignal, atob, btoa,
    ByteLengthQueuingStrategy, CountQueuingStrategy, ReadableByteStreamController, ReadableStream,
    ReadableStreamBYOBReader, ReadableStreamBYOBRequest, ReadableStreamDefaultController,
    ReadableStreamDefaultReader, TransformStream, TransformStreamDefaultController, WritableStream,
    WritableStreamDefaultController, WritableStreamDefaultWriter, TextDecoder, TextDecoderStream, TextEncoder,
    TextEncoderStream, Blob, File, FileReader, CompressionStream, DecompressionStream, Performance,
    PerformanceEntry, PerformanceMark, PerformanceMeasure, performance,
  });
})();
