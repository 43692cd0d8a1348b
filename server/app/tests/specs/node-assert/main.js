import assert, { AssertionError, strict } from "node:assert";
import same from "node:assert/strict";
const show = (...values) => console.log(JSON.stringify(values));
const said = (fn) => { try { fn(); return "passed" } catch (e) { return [e.name, e.code, e.operator, e instanceof AssertionError] } };
show(said(() => assert(1)), said(() => assert(0)), said(() => assert.ok("")), said(() => assert.equal(1, "1")), said(() => assert.strictEqual(1, "1")), said(() => assert.equal(NaN, NaN)));
show(said(() => assert.deepEqual({ a: 1 }, { a: "1" })), said(() => assert.deepStrictEqual({ a: 1 }, { a: "1" })), said(() => assert.notDeepStrictEqual([1], [1])), said(() => assert.deepStrictEqual([1, [2]], [1, [2]])), said(() => strict.equal(1, "1")), said(() => same.deepEqual(1, "1")));
show(said(() => assert.throws(() => { throw new TypeError("bad") }, TypeError)), said(() => assert.throws(() => { throw new Error("bad") }, /bad/)), said(() => assert.throws(() => { throw new Error("bad") }, { message: "bad" })), said(() => assert.throws(() => {})), said(() => assert.throws(() => { throw new Error("bad") }, /good/)), said(() => assert.throws(() => { throw new Error("x") }, (e) => e.message === "x")), said(() => assert.throws(() => { throw new Error("x") }, RangeError)), said(() => assert.doesNotThrow(() => {})), said(() => assert.doesNotThrow(() => { throw 1 })));
await assert.rejects(Promise.reject(new Error("r")), /r/); show(await assert.rejects(async () => 1).catch((e) => e.code), await assert.doesNotReject(async () => 1) === undefined);
show(said(() => assert.match("abc", /b/)), said(() => assert.match("abc", /x/)), said(() => assert.fail("why")), said(() => assert.ifError(null)), said(() => assert.ifError(new Error("e"))), said(() => assert.notEqual(1, 1)), said(() => assert.doesNotMatch("a", /b/)));
try { assert.strictEqual(1, 2, "mine") } catch (e) { show(e.message.split("\n")[0], e.actual, e.expected, e.generatedMessage) }
try { assert.equal(1, 2, new RangeError("own")) } catch (e) { show(e.name, e.message) }
