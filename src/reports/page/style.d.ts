/** A stylesheet imported with `{ type: 'text' }`: the bundler inserts its text. */
declare module '*.css' {
  const text: string;
  export default text;
}
