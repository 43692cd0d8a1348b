const React = { Fragment: "fragment", createElement: (tag: unknown, props: object | null, ...children: unknown[]) => typeof tag === "function" ? (tag as Function)({ ...props, children }) : [tag, props, ...children] };
const Item = ({ label, children }: { label: string; children?: unknown[] }) => <li title={label}>{children}</li>;
const rest = { a: 1 };
<><Item label="x">y</Item><b {...rest} c /></>
