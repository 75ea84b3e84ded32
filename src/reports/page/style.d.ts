/** A stylesheet imported with `{ type: 'text' }`: the bundler puts its text in place. */
declare module '*.css' {
  const text: string;
  export default text;
}
