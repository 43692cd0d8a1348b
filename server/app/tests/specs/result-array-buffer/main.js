new Uint8Array([1, 255]).buffer
