await null; n += 10; await Promise.reject(new Error('again'))
