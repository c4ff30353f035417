import assert from "node:assert/strict";
import { Session } from "../../lib/ui/session.ts";

const origin = "http://127.0.0.1:4507";
const ask = (path: string, cookie?: string) =>
  new Request(`${origin}${path}`, cookie === undefined ? {} : { headers: { cookie } });

Deno.test("Session turns the token of the printed address into a cookie that scripts and other sites do not get", () => {
  const session = new Session();
  const address = session.address(origin);
  assert.match(address, /^http:\/\/127\.0\.0\.1:4507\/\?token=[0-9a-f]{48}$/);
  const { status, headers } = session.admit(ask(`/metrics?workflow=a&token=${session.token}`))!;
  assert.equal(status, 303);
  assert.equal(headers.get("location"), "/metrics?workflow=a", "the address that stays has no token");
  const cookie = headers.get("set-cookie")!;
  assert.match(cookie, /^motiflow-4507=[0-9a-f]{48}; HttpOnly; SameSite=Strict; Path=\/$/);
  assert.ok(!cookie.includes(session.token), "who reads the cookie does not know the token");
  assert.equal(session.admit(ask("/", `other=1; ${cookie.split(";")[0]}`)), undefined);
});

Deno.test("Session refuses everybody else in words", async () => {
  const [session, earlier] = [new Session(), new Session()];
  const old = earlier.admit(ask(`/?token=${earlier.token}`))!.headers.get("set-cookie")!.split(";")[0]!;
  for (
    const request of [
      ask("/"),
      ask("/runs/x"),
      ask("/?token="),
      ask("/?token=ff"),
      ask(`/?token=${earlier.token}`),
      ask("/", old),
      ask("/", `motiflow-4508=${old.split("=")[1]}`),
      ask("/", `motiflow-4507=${session.token}`),
      ask("/", "motiflow-4507="),
    ]
  ) {
    const answer = session.admit(request)!;
    assert.equal(answer.status, 401, request.url);
    assert.equal(answer.headers.get("set-cookie"), null);
    assert.match(
      await answer.text(),
      /Open the whole address that <code>.* ui<\/code> printed in the terminal/,
    );
  }
});
