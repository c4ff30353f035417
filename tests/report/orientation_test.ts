import assert from "node:assert/strict";
import { orientationAngles } from "../../lib/report/figures/orientation.ts";

const angles = (people: number) =>
  Array.from({ length: people }, (_, i) => ({
    recording: `r${i}`,
    subject: `person ${i}`,
    angle: i === 3 ? 175 : i,
    turned: i === 3 ? "recording" as const : null,
  }));

Deno.test("the figure of orientation has a row a person, those who are turned first, and joins the others of many", () => {
  const few = orientationAngles({
    sensor: "wrist",
    people: 5,
    share: 0.8,
    angles: angles(5),
    turnedPeople: [],
  });
  const html = few.toHtml();
  assert.equal(html.match(/<circle/g)!.length, 5);
  assert.equal(html.match(/<circle[^>]*fill="#d55e00"/g)!.length, 1);
  assert.ok(html.indexOf("person 3") < html.indexOf("person 4"));
  assert.match(html, /80\.0 % of 5 people[^]*1 of 5 recordings/);
  const many = orientationAngles({
    sensor: "wrist",
    people: 40,
    share: 0.9,
    angles: angles(40),
    turnedPeople: [],
  });
  const labels = many.toHtml();
  assert.ok(labels.includes("all others") && labels.includes("person 3<") && !labels.includes("person 30<"));
});

Deno.test("where people wore a sensor in many ways, the figure says that there is no common one", () => {
  const facts = {
    sensor: "wrist",
    people: 6,
    share: 0.2,
    angles: angles(6).map((one) => ({ ...one, turned: null })),
  };
  assert.match(orientationAngles(facts).toHtml(), /no common way/);
});
