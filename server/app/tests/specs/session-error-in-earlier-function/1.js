function broken() {
  throw new Error("inside")
}
