throw new DOMException("not here", "NotFoundError")
