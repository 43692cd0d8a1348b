const React = { createElement: (tag: string, props: object | null, ...children: unknown[]) => ({ tag, props, children }) };
const name: string = "x";
<div id={name}>text{1 + 1}<br /></div>
