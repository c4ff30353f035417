/** Rules of this house as a plugin of `deno lint`; deno.json names it. */

/** First argument as text, with `…` for each part that is computed; undefined where it is no text. */
function textOf(node: Deno.lint.Node | undefined): string | undefined {
  if (node?.type === "Literal") return typeof node.value === "string" ? node.value : undefined;
  if (node?.type === "TemplateLiteral") return node.quasis.map(({ cooked }) => cooked).join("…");
  if (node?.type === "BinaryExpression" && node.operator === "+") {
    const [left, right] = [textOf(node.left as Deno.lint.Node), textOf(node.right)];
    return left === undefined && right === undefined ? undefined : (left ?? "…") + (right ?? "…");
  }
  return undefined;
}

const plugin: Deno.lint.Plugin = {
  name: "house",
  rules: {
    // `"constructor" in {}` is true: a name from a file or a command line must not meet what all objects have.
    "own-names": {
      create(context) {
        return {
          BinaryExpression(node) {
            if (
              node.operator !== "in" || node.left.type === "Literal" || node.left.type === "PrivateIdentifier"
            ) {
              return;
            }
            context.report({
              node,
              message: "`in` with a computed name also finds what all objects inherit",
              hint: "Use Object.hasOwn(), a Map or a Set.",
            });
          },
        };
      },
    },
    // One way to say private, and one that holds at run time.
    "private-names": {
      create(context) {
        const report = (node: Deno.lint.Node) => {
          // The node's own `accessibility` is that of the constructor around a parameter in Deno 2.9.
          if (!/^private\s/.test(context.sourceCode.getText(node))) return;
          context.report({ node, message: "Members are private by `#name`, not by `private`" });
        };
        return {
          PropertyDefinition: report,
          TSParameterProperty: report,
          MethodDefinition(node) {
            if (node.kind !== "constructor") report(node);
          },
        };
      },
    },
    // What a user reads has one form: "Cannot read table: there is no column "x"".
    "error-messages": {
      create(context) {
        return {
          NewExpression(node) {
            if (node.callee.type !== "Identifier" || node.callee.name !== "InputError") return;
            const text = textOf(node.arguments[0]);
            if (text === undefined || /^…/.test(text)) return;
            if (!/^(Cannot |[^ ]*…)/.test(text)) {
              context.report({ node, message: "The message of an InputError starts with “Cannot …: cause”" });
            }
            if (/\.$/.test(text)) {
              context.report({ node, message: "The message of an InputError ends without a full stop" });
            }
          },
        };
      },
    },
  },
};
export default plugin;
