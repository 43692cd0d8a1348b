let name; try { new ArrayBuffer(2 ** 30) } catch (error) { name = error.name }
[name, new ArrayBuffer(16).byteLength]
