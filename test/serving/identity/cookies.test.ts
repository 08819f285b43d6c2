import fastify from "fastify";
import { afterAll, describe, expect, test } from "vitest";
import { Cookies } from "../../../src/serving/identity/cookies.ts";

const app = fastify();
afterAll(() => app.close());
const cookiesAt = (address: string, framed = false) => new Cookies({ address: () => address, framed });
const cases = {
  "/loopback": cookiesAt("http://127.0.0.1:8080"),
  "/plain": cookiesAt("http://longitude.example"),
  "/https": cookiesAt("https://longitude.example"),
  "/framed": cookiesAt("https://longitude.example", true),
};
for (const [path, cookies] of Object.entries(cases))
  app.get(path, (request, reply) => {
    cookies.set(reply, "session", "abc");
    return reply.send({ read: cookies.read(request, "session") });
  });
const ask = (url: string, cookie = "") => app.inject({ url, headers: { cookie } });

describe("cookies", () => {
  test("are for scripts never, for other sites never, and for plain http on this machine only", async () => {
    const written = async (path: string) => (await ask(path)).headers["set-cookie"];
    expect(await written("/loopback")).toBe("longitude-session=abc; Path=/; HttpOnly; SameSite=Lax");
    const closed = "__Host-longitude-session=abc; Path=/; HttpOnly; SameSite=Lax; Secure";
    expect(await written("/https")).toBe(closed);
    expect(await written("/plain")).toBe(closed);
    expect(await written("/framed")).toBe(
      "__Host-longitude-session=abc; Path=/; HttpOnly; SameSite=None; Partitioned; Secure",
    );
  });

  test("are read where they stand once, under their full name", async () => {
    const read = async (cookie: string) => (await ask("/https", cookie)).json().read;
    expect(await read("a=b; __Host-longitude-session=xyz")).toBe("xyz");
    expect(await read("longitude-session=xyz")).toBeNull();
    expect(await read("__Host-longitude-session=xyz; __Host-longitude-session=planted")).toBeNull();
    expect(await read("")).toBeNull();
  });
});
