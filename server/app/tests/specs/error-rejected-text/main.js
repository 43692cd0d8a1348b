await Promise.reject("plain text")
