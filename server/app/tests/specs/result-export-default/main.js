export const a = 20; export function f() { return a }
export default f() + 1
